import { dictionary } from '../../kit/language.ts'

const ja = {
  sharedBy: (owner: string) => `共有: ${owner}`,
  sharedByMe: '自分が共有',
  ofOwner: (owner: string, may: string) => `${owner} の共有メールボックス（${may}）`,
  mine: '自分が共有しているメールボックス',
  may: { read: '閲覧のみ', write: '閲覧と編集', everything: '削除を含むすべて' },
  ended: (name: string) => `「${name}」の共有は終了しました`,
  share: '共有…',
  settings: '共有の設定…',
  notHere: 'この共有メールボックスでは、その操作はできません',
}

const en: typeof ja = {
  sharedBy: (owner) => `Shared: ${owner}`,
  sharedByMe: 'Shared by me',
  ofOwner: (owner, may) => `Shared by ${owner}: ${may}`,
  mine: 'You share this mailbox',
  may: { read: 'read only', write: 'read and write', everything: 'everything, deleting included' },
  ended: (name) => `“${name}” is no longer shared with you`,
  share: 'Share…',
  settings: 'Sharing…',
  notHere: 'That cannot be done in this shared mailbox',
}

export const words = dictionary({ ja, en })
