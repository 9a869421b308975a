import { contextTags } from '@bulkhead/wire/imap/context-grammar.ts'
import { badReply, ok } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand } from '../command.ts'

/** `CANCELUPDATE 1*(SP quoted)` */
export const cancelUpdate = selectedCommand({
  name: 'CANCELUPDATE',
  rfc: '5267 section 4.3.5',
  numbers: 'keeps',
  args: [contextTags],
  asks: 'nothing',
  decide: ({ selected }, [tags]) => (tags.every((tag) => selected.live.some((result) => result.tag === tag)) ? {} : badReply('No live result has that tag')),
  reply: { done: () => [ok('CANCELUPDATE completed')] },
  becomes: ({ session, selected }, [tags]) => ({
    ...session,
    selected: { ...selected, live: selected.live.filter((result) => !tags.includes(result.tag)) },
  }),
})
