import { capabilityNames } from '@bulkhead/wire/imap/enable-grammar.ts'
import { ok, untagged, untaggedOk, type Response } from '@bulkhead/wire/imap/response.ts'
import { command, type Context } from '../command.ts'
import { modSeqCode } from '../mod-seq-code.ts'
import { enableable, enabling, tellsModSeq, type Enabled } from '../session.ts'

/** What of it we know and is not on yet. Asking for anything else is no error (RFC 5161 section 3.1). */
const newOnes = ({ session }: Context, names: readonly string[]): readonly Enabled[] =>
  enableable.filter((name) => names.includes(name.toUpperCase()) && !session.enabled.has(name))

/** RFC 7162 section 3.1.2.1: who begins to follow MODSEQs learns where the mailbox stands. */
const standing = ({ session }: Context, names: readonly Enabled[]): readonly Response[] =>
  session.selected === null || tellsModSeq(session) || !tellsModSeq(enabling(session, names))
    ? []
    : [untaggedOk(modSeqCode(session.selected.toldModSeq), 'Highest')]

/** `ENABLE 1*(SP capability)` */
export const enable = command({
  name: 'ENABLE',
  rfc: '5161',
  numbers: 'breaks',
  args: [capabilityNames],
  asks: 'nothing',
  decide: () => ({}),
  reply: {
    done(_, context, [names]) {
      const found = newOnes(context, names)
      return [untagged(['ENABLED', ...found].join(' ')), ...standing(context, found), ok('ENABLE completed')]
    },
  },
  becomes: (context, [names]) => enabling(context.session, newOnes(context, names)),
})
