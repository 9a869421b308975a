/** Waiting for a loopback port. */
import { connect } from 'node:net'

const tryPort = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

export const portOpen = async (port: number, withinMs: number): Promise<void> => {
  const until = Date.now() + withinMs
  while (!(await tryPort(port))) {
    if (Date.now() > until) throw new Error(`port ${port} did not open within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
