/** Serves the metrics over HTTP, read only, one path. */
import { createServer } from 'node:http'
import type { Log } from '@bulkhead/base/log.ts'
import type { Metrics } from './metrics.ts'

const connectionsMax = 20
const requestMsMax = 10_000

export const serveMetrics = async (
  at: { readonly address: string; readonly port: number; readonly fd?: number },
  metrics: Metrics,
  log: Log,
): Promise<AsyncDisposable> => {
  const server = createServer({ requestTimeout: requestMsMax, headersTimeout: requestMsMax, maxHeaderSize: 8_192 }, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      (error: unknown) => {
        log.error('metricsFailed', error)
        response.writeHead(500).end()
      },
    )
  })
  server.maxConnections = connectionsMax
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.fd === undefined ? { host: at.address, port: at.port } : { fd: at.fd }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
