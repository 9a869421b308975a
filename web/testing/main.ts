/** The pages over a mailbox in memory: `node web/testing/main.ts [PORT] [MESSAGES]`. */
import { startFakeServer } from './server.ts'

const [port = '25400', count = '300'] = process.argv.slice(2)
const { origin } = await startFakeServer(Number(count), new Date(), Number(port))
process.stdout.write(`${origin}/\n`)
