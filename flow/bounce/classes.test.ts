import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bounceClasses, bounceClassOf, type BounceClass } from './classes.ts'

const replies: readonly (readonly [BounceClass, number, string, string])[] = [
  // Gmail
  ['unknownRecipient', 550, '5.1.1', 'The email account that you tried to reach does not exist. Please try double-checking the address'],
  ['mailboxFull', 452, '4.2.2', 'The email account that you tried to reach is over quota.'],
  ['mailboxDisabled', 550, '5.2.1', 'The email account that you tried to reach is disabled.'],
  ['rateLimited', 421, '4.7.28', 'Gmail has detected an unusual rate of unsolicited mail originating from your IP address.'],
  ['unauthenticated', 550, '5.7.26', 'This mail has been blocked because the sender is unauthenticated.'],
  ['spam', 550, '5.7.1', 'Our system has detected that this message is likely unsolicited mail.'],
  // Microsoft
  ['blocklisted', 550, '5.7.606', 'Access denied, banned sending IP [192.0.2.1]'],
  ['blocklisted', 550, '5.7.1', 'Unfortunately, messages from [192.0.2.1] weren\'t sent. Please contact your Internet service provider since part of their network is on our block list (S3140).'],
  ['rateLimited', 451, '4.7.650', 'The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation.'],
  ['unknownRecipient', 550, '5.4.1', 'Recipient address rejected: Access denied. AS(201806281)'],
  ['busy', 451, '4.7.500', 'Server busy. Please try again later from [192.0.2.1].'],
  // Yahoo
  ['rateLimited', 421, '4.7.0', '[TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints'],
  ['unknownRecipient', 554, '5.0.0', "delivery error: dd This user doesn't have a yahoo.co.jp account"],
  // Carriers
  ['unknownRecipient', 550, '5.0.0', 'Unknown user taro@docomo.ne.jp'],
  ['unknownRecipient', 550, '5.1.1', '<taro@ezweb.ne.jp>... User unknown'],
  ['unknownRecipient', 550, '5.0.0', 'Invalid recipient: <taro@softbank.ne.jp>'],
  ['tooManyConnections', 421, '4.0.0', 'Too many concurrent SMTP connections from this IP address; please try again later.'],
  ['mailboxFull', 552, '5.0.0', 'mailbox full'],
  ['badAddress', 553, '5.1.3', 'syntax'],
  // Others
  ['greylisted', 450, '4.7.1', '<b@far.example>: Recipient address rejected: Greylisted'],
  ['blocklisted', 554, '5.7.1', 'Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org'],
  ['relayDenied', 554, '5.7.1', '<b@far.example>: Relay access denied'],
  ['tooLarge', 552, '5.3.4', 'Message size exceeds fixed limit'],
  ['tls', 530, '5.7.0', 'Must issue a STARTTLS command first'],
  ['policy', 550, '5.7.1', 'rejected'],
  ['busy', 451, '4.0.0', 'hm'],
  ['other', 550, '5.0.0', 'no'],
]

for (const [name, code, enhanced, text] of replies) {
  test(`${code} ${enhanced} ${text.slice(0, 60)} is ${name}`, () => assert.equal(bounceClassOf({ code, enhanced, text }), name))
}

test('whatever a peer says has a class, soon', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), fc.string(), fc.string({ maxLength: 4_000 }), (code, enhanced, text) => {
      assert.ok(bounceClasses.includes(bounceClassOf({ code, enhanced, text })))
    }),
  )
})
