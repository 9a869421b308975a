/** Waiting for a loopback port. */
import { connect } from 'node:net'

const tryPort = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

export const portOpen = async (port: number, withinMs: number, host = '127.0.0.1'): Promise<void> => {
  const until = Date.now() + withinMs
  while (!(await tryPort(port, host))) {
    if (Date.now() > until) throw new Error(`port ${port} did not open within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
