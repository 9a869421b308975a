/** The long form of `front/imap/converge.test.ts`: a minute. */
import { test } from 'node:test'
import { histories } from '@bulkhead/front/imap/testing/histories.ts'

test('every client ends with the mailbox as it is, in ten thousand histories', () => histories(10_000))
