/** A picture in the text: its bytes come from the message's own parts, never from elsewhere. */
import type { Node } from 'prosemirror-model'
import type { NodeView } from 'prosemirror-view'

export const pictureView = (node: Node, pictureUrl: (cid: string) => Promise<string>): NodeView => {
  const picture = document.createElement('img')
  picture.className = 'rich-picture'
  picture.alt = String(node.attrs['alt'])
  picture.dataset['cid'] = String(node.attrs['cid'])
  if (typeof node.attrs['width'] === 'number') picture.width = node.attrs['width']
  pictureUrl(String(node.attrs['cid'])).then(
    (url) => {
      picture.src = url
    },
    () => picture.classList.add('rich-picture-missing'),
  )
  return { dom: picture }
}
