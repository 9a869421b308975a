/** What can be done with one message: answer it, and in a menu all that is asked for less often. */
import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { IconForward, IconMail, IconMore, IconReply, IconReplyAll } from '../../kit/icons.ts'
import { MenuButton, type MenuItem } from '../../kit/menu.tsx'
import { isDark } from '../../kit/look.ts'
import { goTo } from '../../kit/router.ts'
import { actionWords } from '../compose/action-words.ts'
import { compose } from '../compose/requests.ts'
import { addContactPath } from '../contacts/add-contact.ts'
import { fixedPitch } from '../preferences.ts'
import { filtersPath, wantedRule } from '../settings/filters/wanted.ts'
import { isOffered, runCommand } from '../list/commands.ts'
import { shareHere } from '../place.ts'
import { charsetChoices, type CharsetChoice, type MessageView, type ViewWish } from './message-view.ts'
import { reporting } from './report-dialog.tsx'
import { words } from './words.ts'

export interface MessageActionsProps {
  readonly view: MessageView
  readonly wish: ViewWish
  readonly onWish: (change: Partial<ViewWish>) => void
  readonly onCharset: (choice: CharsetChoice) => void
  /** It is the one that is open: commands of the list are about it. */
  readonly isOpen: boolean
}

/** Opened in a tab of its own, where it knows nothing of this page. */
const openTab = (url: string): void => void window.open(url, '_blank', 'noopener,noreferrer')

/** A navigation that ends in a saved file leaves the page where it is. */
const saveFile = (url: string): void => {
  const link = document.createElement('a')
  link.href = url
  link.rel = 'noopener'
  link.click()
}

const itemsOf = ({ view, wish, onWish, onCharset, isOpen }: MessageActionsProps): readonly MenuItem[] => {
  const text = words()
  const more = actionWords()
  const author = view.from[0]
  const isHtml = view.body.is === 'html'
  const listed: readonly MenuItem[] = isOpen ? [
    ...(isOffered('unseen') ? [{ label: text.unread, hint: 'Shift+U', run: () => void runCommand('unseen') }] : []),
    ...(isOffered('notJunk') ? [{ label: text.notJunk, hint: '!', run: () => void runCommand('notJunk') }] : []),
    ...(isOffered('junk')
      ? [{ label: text.junk, hint: '!', run: () => void runCommand('junk') }, { label: text.phishing, run: () => void (reporting.value = view) }]
      : []),
  ] : []
  // Rules are for mail that comes to the person.
  const rule = (label: string, blocks: boolean): readonly MenuItem[] => author === undefined || shareHere.value !== undefined ? [] : [{
    label,
    run: () => {
      wantedRule.value = { name: blocks ? text.blockedRule(author.email) : (author.name ?? author.email), address: author.email, blocks }
      goTo(filtersPath)
    },
  }]
  return [
    ...listed,
    { label: more.forwardAttached, apart: true, run: () => compose({ is: 'forwardAttached', emailIds: [view.emailId] }) },
    { label: more.again, run: () => compose({ is: 'again', emailId: view.emailId }) },
    ...(author === undefined ? [] : [{ label: more.addContact, run: () => goTo(addContactPath(author)) }]),
    ...rule(text.makeRule, false),
    ...rule(text.block, true),
    { label: text.print, apart: true, run: () => openTab(view.printUrl) },
    { label: text.source, run: () => openTab(view.sourceUrl) },
    { label: text.eml, run: () => saveFile(view.emlUrl) },
    { label: wish.preferPlain ? text.htmlText : text.plainText, apart: true, run: () => onWish({ preferPlain: !wish.preferPlain }) },
    ...(view.body.is === 'text' ? [{ label: text.fixedPitch, checked: fixedPitch.value, run: () => (fixedPitch.value = !fixedPitch.value) }] : []),
    ...(isHtml && isDark.value
      ? [{ label: text.original, checked: wish.originalColours, run: () => onWish({ originalColours: !wish.originalColours }) }]
      : []),
    ...charsetChoices.map((choice, at) => ({
      label: `${text.encoding}: ${text.charsets[choice]}`, checked: wish.charset === choice, apart: at === 0, run: () => onCharset(choice),
    })),
  ]
}

export const MessageActions = (props: MessageActionsProps): JSX.Element => {
  const text = words()
  const { emailId, counts } = props.view
  const answer = (is: 'reply' | 'replyAll' | 'forward') => () => compose({ is, emailId })
  return (
    <div class="message-actions" role="toolbar" aria-label={text.message}>
      <Button label={text.reply} icon={IconReply} keys="r" onClick={answer('reply')} />
      {counts.to + counts.cc > 1 ? <Button label={text.replyAll} icon={IconReplyAll} keys="a" onClick={answer('replyAll')} /> : null}
      <Button label={text.forward} icon={IconForward} keys="f" onClick={answer('forward')} />
      <span class="message-actions-space" />
      {props.isOpen && isOffered('unseen') ? (
        <Button label={text.unread} icon={IconMail} iconOnly kind="quiet" keys="Shift+U" onClick={() => void runCommand('unseen')} />
      ) : null}
      <MenuButton label={text.more} icon={IconMore} iconOnly kind="quiet" items={() => itemsOf(props)} />
    </div>
  )
}
