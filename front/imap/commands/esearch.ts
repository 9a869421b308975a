import { assert } from '@bulkhead/base/assert.ts'
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { searchElsewhere, type SearchElsewhere } from '@bulkhead/wire/imap/esearch-grammar.ts'
import { badReply, encodeUntagged, mailbox as mailboxText, ok, untagged, type Tagged, type Untagged } from '@bulkhead/wire/imap/response.ts'
import type { ReturnOptions } from '@bulkhead/wire/imap/search-return.ts'
import { command, type Context } from '../command.ts'
import type { Pieces } from '../fetch/pieces.ts'
import { afterSearch, charsetNamed, questionOf, type Asker } from '../search/asking.ts'
import type { Question } from '../search/asked.ts'
import { holdsKey, needsSelected } from '../search/question.ts'
import { isLive, noUpdate } from '../search/live.ts'
import { isSilent, returnData } from '../search/result.ts'
import type { FoundElsewhere, FoundIn } from '../search/search.ts'
import { isSelectedOnly, mailboxesOf } from '../search/sources.ts'
import { speaksUtf8 } from '../session.ts'

const everything: ReturnOptions = { options: new Set(['ALL']), partial: null, fetches: [] }

/** The view this session has of the mailbox: what it was told where it is selected, else what is there. */
const askerFor = ({ session, nowMs }: Context, mailbox: MailboxState): Asker => {
  const { selected } = session
  const view = mailbox.id === selected?.mailbox ? selected : { mailbox: mailbox.id, shown: mailbox.messages, saved: null }
  return { session, nowMs, selected: view }
}

/** RFC 7377 section 2.1 and 2.2: what only the selected mailbox has can be asked of it alone. */
const mistake = ({ session }: Context, { sources, key, returns }: SearchElsewhere): Tagged | undefined => {
  if (session.selected === null && sources.some(({ from }) => from === 'selected')) return badReply('No mailbox is selected')
  if (isSelectedOnly(sources)) return undefined
  if (needsSelected(key)) return badReply('Message numbers are of the selected mailbox')
  return returns?.options.has('SAVE') === true ? badReply('SAVE is of the selected mailbox') : undefined
}

/** `search-correlator` with the mailbox; always by UID. */
const lineOf = ({ tag, session }: Context, { returns, key }: SearchElsewhere, { mailbox, found }: FoundIn): Untagged => {
  const correlator = `(TAG "${tag}" MAILBOX ${mailboxText(mailbox.name, speaksUtf8(session))} UIDVALIDITY ${mailbox.uidValidity})`
  const asked = { returns: returns ?? everything, byUid: true, modSeq: holdsKey(key, 'modSeq') }
  return untagged(['ESEARCH', correlator, 'UID', ...returnData(found, asked)].join(' '))
}

/** A mailbox's line goes out while the next one is searched. */
async function* told(context: Context, asked: SearchElsewhere, { each }: FoundElsewhere): Pieces {
  const { language } = context.session
  if (isLive(asked.returns)) yield [encodeUntagged(noUpdate(context.tag, 'Updates are of SEARCH and SORT'), language)]
  const isTold = asked.returns === null || !isSilent(asked.returns)
  for await (const one of each) {
    if (!isTold) continue
    yield [encodeUntagged(lineOf(context, asked, one), language)]
    yield []
  }
  return ok('ESEARCH completed')
}

/** `ESEARCH [SP esearch-source-opts] [SP search-return-opts] SP search-program` */
export const esearch = command({
  name: 'ESEARCH',
  rfc: '7377',
  numbers: 'keeps',
  args: [searchElsewhere],
  asks: 'searchEach',
  decide(context, [asked]) {
    const { state, session } = context
    const wrong = charsetNamed(session, asked.charset) ?? mistake(context, asked)
    if (wrong !== undefined) return wrong
    const mailboxes = mailboxesOf(asked.sources, state, session.selected)
    const questionIn = (mailbox: MailboxState): Question | Tagged => questionOf(askerFor(context, mailbox), asked, asked.returns)
    // What is wrong with a question is wrong in every mailbox.
    const first = questionIn(mailboxes[0] ?? state.inbox)
    if ('is' in first) return first
    return {
      mailboxes,
      isKept: isSelectedOnly(asked.sources),
      questionFor(mailbox) {
        const question = questionIn(mailbox)
        assert(!('is' in question), 'a question is as good in one mailbox as in another')
        return question
      },
    }
  },
  reply: { done: (found, context, [asked]) => ({ is: 'stream', pieces: told(context, asked, found) }) },
  becomes({ session, ...context }, [{ key, returns, sources }], { kept }) {
    const { selected } = session
    if (selected === null || !isSelectedOnly(sources)) return session
    const found = kept ?? { shown: selected.shown, positions: [], relevancy: null }
    return afterSearch({ ...context, session, selected }, key, found, returns)
  },
})
