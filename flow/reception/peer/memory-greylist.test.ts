import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { greylistContract } from '@bulkhead/mail/ports/greylist-contract.ts'
import { memoryGreylist } from './memory-greylist.ts'

for (const [claim, holds] of Object.entries(greylistContract)) test(`greylist in memory: ${claim}`, () => holds(memoryGreylist(systemClock)))
