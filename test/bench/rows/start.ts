/** Start-up with data present, until every door is open. Stops the platform measured, so it comes last. */
import { startPlatform } from '../../platform/platform.ts'
import type { RowGroup } from '../bench.ts'

export const start: RowGroup = {
  name: 'start',
  about: 'start-up with data present',
  async measure({ platform }) {
    await platform.stop()
    const begun = performance.now()
    const again = await startPlatform({ ...platform.options, directory: platform.directory })
    const seconds = (performance.now() - begun) / 1000
    await again[Symbol.asyncDispose]()
    return [{ name: 'start until all doors are open, data present', unit: 's', more: false, ours: seconds, peers: {} }]
  },
}
