/** What every memory of greylisting does. Waits of real time: a database has a clock of its own. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Greylist } from './greylist.ts'

const long = 3_600_000

export const greylistContract: Readonly<Record<string, (greylist: Greylist) => Promise<void>>> = {
  'a first attempt waits, and one within the wait waits on': async (greylist) => {
    const [triplet, peer] = [randomBytes(16), randomBytes(16)]
    const times = { waitMs: long, retryMs: long, passMs: long }
    assert.deepEqual([await greylist.passes(triplet, peer, times), await greylist.passes(triplet, peer, times)], [false, false])
  },
  'one after the wait passes, and passes from then on': async (greylist) => {
    const [triplet, peer] = [randomBytes(16), randomBytes(16)]
    const times = { waitMs: 0, retryMs: long, passMs: long }
    assert.equal(await greylist.passes(triplet, peer, times), false)
    assert.equal(await greylist.passes(triplet, peer, times), true)
    assert.equal(await greylist.passes(triplet, peer, { ...times, waitMs: long }), true)
  },
  'an attempt that comes too late is a first one': async (greylist) => {
    const [triplet, peer] = [randomBytes(16), randomBytes(16)]
    const times = { waitMs: 0, retryMs: 0, passMs: long }
    assert.deepEqual([await greylist.passes(triplet, peer, times), await greylist.passes(triplet, peer, times)], [false, false])
  },
  'a network that has passed five times waits no more; another does': async (greylist) => {
    const [peer, other] = [randomBytes(16), randomBytes(16)]
    const times = { waitMs: 0, retryMs: long, passMs: long }
    for (let number = 0; number < 5; number += 1) {
      const triplet = randomBytes(16)
      assert.equal(await greylist.passes(triplet, peer, times), false)
      assert.equal(await greylist.passes(triplet, peer, times), true)
    }
    assert.equal(await greylist.passes(randomBytes(16), peer, times), true)
    assert.equal(await greylist.passes(randomBytes(16), other, times), false)
  },
}
