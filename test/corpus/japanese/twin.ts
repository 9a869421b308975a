/** The cases' bytes, and answers to them as a mailer of today writes them: what THREAD and SORT must see as one with them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JapaneseCase } from './cases.ts'

export const caseBytes = ({ name }: JapaneseCase): Buffer => readFileSync(join(import.meta.dirname, `${name}.eml`))

const word = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`

/** Answers by its subject alone. */
export const twinBytes = ({ subject, from }: JapaneseCase, number: number): Buffer =>
  Buffer.from([
    `From: ${word(from)} <twin${number}@far.example>`,
    `Subject: ${word(`Re: ${subject}`)}`,
    `Date: Sun, 22 Nov 2026 ${String(number % 24).padStart(2, '0')}:00:00 +0900`,
    `Message-ID: <twin-${number}@far.example>`,
    '',
    'Yes.',
    '',
  ].join('\r\n'))
