import { test } from 'node:test'
import { histories } from './testing/histories.ts'

test('every client ends with the mailbox as it is, whatever all of them did', () => histories(250))
