/** Who answers what of the web in a mailroom: each subject hooks its own handler in here. */
import { answerError } from '@bulkhead/front/http/answers.ts'
import type { HttpHandlers } from '@bulkhead/front/http/session.ts'

/** Nothing answers there yet. */
const nothing = async (_request: unknown, response: Parameters<HttpHandlers['jmap']>[1]): Promise<void> => answerError(response, 'notFound')

export const webHandlers = (hooked: Partial<HttpHandlers>): HttpHandlers => ({
  jmap: nothing,
  content: nothing,
  async webSocket(_request, socket) {
    socket.destroy()
  },
  ...hooked,
})
