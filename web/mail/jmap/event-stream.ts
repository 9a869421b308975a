/** Server-sent events (HTML standard, section 9.2.6), as far as JMAP uses them. */

export interface StreamEvent {
  readonly event: string
  readonly data: string
}

/** One line or event longer than this is no news but a fault. */
const charactersMax = 65_536

const eventOf = (block: string): StreamEvent | undefined => {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
  }
  return data.length === 0 ? undefined : { event, data: data.join('\n') }
}

export async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body) {
    text = (text + decoder.decode(bytes, { stream: true })).replaceAll('\r\n', '\n')
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const found = eventOf(text.slice(0, end))
      text = text.slice(end + 2)
      if (found !== undefined) yield found
    }
    if (text.length > charactersMax) throw new Error('an event without end')
  }
}
