/** Extensions of Sieve that scripts may require, by their names, apart from the engine that has them: the gate only announces them. */

/** As `require`, the capabilities of JMAP (RFC 9661 section 1.3.1) and of ManageSieve (RFC 5804 section 1.7) name them. */
export const extensions: readonly string[] = [
  'body', 'comparator-i;ascii-casemap', 'comparator-i;ascii-numeric', 'comparator-i;octet', 'comparator-i;unicode-casemap',
  'copy', 'date', 'duplicate', 'encoded-character', 'enotify', 'envelope', 'environment', 'ereject', 'extracttext',
  'fileinto', 'foreverypart', 'ihave', 'imap4flags', 'include', 'index', 'mailbox', 'mailboxid', 'mime', 'regex', 'reject',
  'relational', 'spamtest', 'spamtestplus', 'special-use', 'subaddress', 'vacation', 'vacation-seconds', 'variables', 'virustest',
]

/** RFC 6131 section 2, RFC 5235 section 2: who requires the one has the other. */
export const impliedBy: Readonly<Record<string, string>> = { 'vacation-seconds': 'vacation', spamtestplus: 'spamtest' }
