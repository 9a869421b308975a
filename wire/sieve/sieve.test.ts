import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sieveLimits } from './limits.ts'
import { compileSieve } from './compile.ts'
import { didIn, mailOf, played, viewOf, type Around } from './testing/played.ts'
import { extensions } from './extensions.ts'
import { globMatch } from './glob.ts'
import { runSieve } from './run.ts'

/** The messages of RFC 5228 section 9. */
const coyote = `Date: Tue, 1 Apr 1997 09:06:31 -0800 (PST)
From: coyote@desert.example.org
To: roadrunner@acme.example.com
Subject: I have a present for you

Look, I'm sorry about the whole anvil thing, and I really
didn't mean to try and drop it on you from the top of the
cliff.
`
const money = `From: youcouldberich!@reply-by-postal-mail.invalid
To: rich@deja.example.com
Date: Mon, 31 Mar 1997 18:26:10 -0800
Subject: $$$ YOU, TOO, CAN BE A MILLIONAIRE! $$$

YOU MAY HAVE ALREADY WON TEN MILLION DOLLARS.
`

/** RFC 5228 section 9, whole. */
const extended = `#
# Example Sieve Filter
# Declare any optional features or extension used by the script
#
require ["fileinto"];

#
# Handle messages from known mailing lists
# Move messages from IETF filter discussion list to filter mailbox
#
if header :is "Sender" "owner-ietf-mta-filters@imc.org"
        {
        fileinto "filter";  # move to "filter" mailbox
        }
#
# Keep all messages to or from people in my company
#
elsif address :DOMAIN :is ["From", "To"] "example.com"
        {
        keep;               # keep in "In" mailbox
        }

#
# Try and catch unsolicited email.  If a message is not to me,
# or it contains a subject known to be spam, file it away.
#
elsif anyof (NOT address :all :contains
               ["To", "Cc", "Bcc"] "me@example.com",
             header :matches "subject"
               ["*make*money*fast*", "*university*dipl*mas*"])
        {
        fileinto "spam";   # move to "spam" mailbox
        }
else
        {
        # Move all other (non-company) mail to "personal"
        # mailbox.
        fileinto "personal";
        }
`

const mixed = `From: a@outer.example
Subject: parts
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

${Buffer.from('会議a and more').toString('base64')}
--b
Content-Type: text/html

<p>x</p>
--b
Content-Type: application/pdf; name=x
Content-Disposition: attachment; filename*=utf-8''%E8%A6%8B%E7%A9%8D.pdf

x
--b
Content-Type: message/rfc822

From: c@inner.example

x
--b--
`

const goldens: readonly (readonly [rule: string, script: string, message: string, did: readonly string[], around?: Around])[] = [
  ['5228 9', extended, money, ['fileinto spam']],
  ['5228 9', extended, coyote.replace('acme.example.com', 'EXAMPLE.com'), ['keep']],
  ['5228 9', extended, `Sender: owner-ietf-mta-filters@imc.org\n${money}`, ['fileinto filter']],
  ['5228 9', extended, `Cc: me@example.com\n${money}`, ['fileinto personal']],
  ['5228 2.4.2', `require "vacation"; vacation text: # words\r\nDear\r\n..dot\r\n.\r\n;`, coyote, ['vacation - 604800 Dear\r\n.dot\r\n', 'keep']],
  ['5228 2.4.2.4', `require ["encoded-character", "fileinto"]; fileinto "$\${hex:40}\${unicode:3042}";`, coyote, ['fileinto $@あ']],
  ['5228 2.4.2.4', `require "fileinto"; fileinto "\${hex:40}";`, coyote, ['fileinto ${hex:40}']],
  ['5228 2.7.1', `if header :matches "Subject" "I have a ??????? for you" { discard; }`, coyote, ['discard']],
  ['5228 2.7.1', `if header :matches "Subject" "\\\\$\\\\$\\\\$*\\\\$" { discard; }`, money, ['discard']],
  ['5228 2.7.3', `if header :is :comparator "i;octet" "Subject" "i have a present for you" { discard; }`, coyote, ['keep']],
  ['5228 2.10.2', `redirect "bart@example.com";`, coyote, ['redirect bart@example.com']],
  ['5228 2.10.3', `redirect "bart@example.com"; redirect "bart@example.com"; keep;`, coyote, ['redirect bart@example.com', 'keep']],
  ['5228 3.1', `if false { discard; } elsif size :over 1 { keep; stop; } else { discard; } discard;`, coyote, ['keep']],
  ['5228 5.9', `if size :over 100K { discard; } elsif not size :under 1M { discard; }`, coyote, ['keep']],
  ['5228 5.4', `require "envelope"; if envelope :all :is "from" "tim@example.com" { discard; }`, coyote, ['discard'], { from: 'tim@example.com' }],
  ['5228 5.4', `require "envelope"; if envelope :is "from" "" { discard; }`, coyote, ['discard'], { from: '' }],
  ['5228 5.5', `if not exists ["From","Date"] { discard; } if exists "X-Not" { discard; }`, coyote, ['keep']],
  ['3894 3', `require "copy"; redirect :copy "me@home.example";`, coyote, ['redirect me@home.example', 'keep']],
  ['5173 5.3', `require "body"; if body :text :contains "ANVIL" { discard; }`, coyote, ['discard']],
  ['5173 5.2', `require "body"; if body :content "text" :matches "*missile*" { discard; }`, coyote, ['keep']],
  ['5173 5.1', `require "body"; if body :raw :contains "anvil thing" { discard; }`, coyote, ['discard']],
  ['5229 4', `require ["variables", "fileinto"]; if header :matches "Subject" "* present * *" { set :upperfirst "who" "\${3}"; fileinto "a.\${1}.\${who}"; }`,
    coyote, ['fileinto a.I have a.You']],
  ['5229 4.1.2', `require ["variables", "fileinto"]; set :length "n" "あいう"; set :quotewildcard "q" "a*b?"; fileinto "\${n}\${q}";`, coyote, ['failed: A mailbox can not be called "3a\\\\*b\\\\?"']],
  ['5229 5', `require "variables"; set "state" "\${state} pending"; if string :matches " \${state} " "* pending *" { discard; }`, coyote, ['discard']],
  ['5231 6', `require ["relational", "comparator-i;ascii-numeric"]; if header :value "ge" :comparator "i;ascii-numeric" "X-Priority" "3" { discard; }`, `X-Priority: 10\n${coyote}`, ['discard']],
  ['5231 7', `require ["relational", "comparator-i;ascii-numeric"]; if address :count "gt" ["to", "cc"] "1" { discard; }`, `Cc: a@b.example, c@d.example\n${coyote}`, ['discard']],
  ['5232 3', `require ["fileinto", "imap4flags"]; addflag "\\\\Deleted"; addflag ["MyFlag \\\\Seen"]; removeflag "\\\\deleted"; fileinto "INBOX.a"; keep :flags "\\\\Flagged";`,
    coyote, ['fileinto INBOX.a MyFlag \\Seen', 'keep \\Flagged']],
  ['5232 4', `require ["imap4flags", "variables"]; setflag "mine" "\\\\Answered"; if hasflag "mine" "\\\\answered" { setflag "\\\\Seen"; }`, coyote, ['keep \\Seen']],
  ['5233 4', `require ["subaddress", "envelope", "fileinto"]; if envelope :detail "to" "mta-filters" { fileinto "inbox.ietf-mta-filters"; }`,
    coyote, ['fileinto inbox.ietf-mta-filters'], { to: 'ken+mta-filters@example.org' }],
  ['5233 3', `require "subaddress"; if address :user :is "to" "roadrunner" { discard; }`, coyote, ['discard']],
  ['5230 3', `require "vacation"; if header :contains "subject" "present" { vacation :days 23 :subject "不在です" :addresses ["tjs@example.edu"] "I'm away until October 19."; }`,
    coyote, ["vacation 不在です 1987200 I'm away until October 19.", 'keep']],
  ['6131 2', `require "vacation-seconds"; vacation :seconds 1800 "back soon";`, coyote, ['vacation - 1800 back soon', 'keep']],
  ['5429 2.2', `require "reject"; reject "no thanks";`, coyote, ['reject no thanks']],
  ['5429 2.4', `require ["ereject", "fileinto"]; fileinto "a"; ereject "no";`, coyote, ['failed: The script refuses the message and keeps or sends it as well']],
  ['5490 3', `require ["fileinto", "mailbox"]; if mailboxexists "Partners" { fileinto "Partners"; } else { fileinto :create "New"; }`, coyote, ['fileinto Partners'], { mailboxes: ['Partners'] }],
  ['8579 4', `require ["fileinto", "special-use", "mailbox"]; if specialuse_exists "\\\\Junk" { fileinto :specialuse "\\\\Junk" :create "Spam"; }`, coyote, ['fileinto Spam or \\Junk']],
  ['5260 4', `require ["date", "relational"]; if allof(date :originalzone :value "ge" "date" "hour" "09", date :zone "+0000" :is "date" "hour" "17") { discard; }`, coyote, ['discard']],
  ['5260 5', `require ["date", "relational"]; if anyof(currentdate :is "weekday" "0", currentdate :value "lt" "hour" "09") { discard; }`, coyote, ['keep']],
  ['5260 4.2', `require "date"; if allof(currentdate :is "date" "2026-11-21", currentdate :is "iso8601" "2026-11-21T12:04:05+09:00", currentdate :zone "+0000" :is "julian" "61365") { discard; }`,
    coyote, ['discard']],
  ['5260 6', `require "index"; if header :index 1 :last :contains "received" "last" { discard; }`, `Received: first\nReceived: last\n${coyote}`, ['discard']],
  ['5260 6', `require "index"; if header :index 2 :contains "received" "first" { discard; }`, `Received: first\nReceived: last\n${coyote}`, ['keep']],
  ['9042 3', `require ["fileinto", "mailboxid"]; if mailboxidexists ["F352ae03a"] { fileinto :mailboxid "F352ae03a" "INBOX.name"; } else { discard; }`, coyote, ['fileinto F352ae03a or INBOX.name']],
  ['9042 4', `require ["fileinto", "mailboxid"]; if mailboxidexists ["F352ae03a", "other"] { discard; }`, coyote, ['keep']],
  ['7352 3', `require "duplicate"; if duplicate :header "X-Id" { discard; }`, `X-Id: 17\n${coyote}`, ['discard'], { seen: ({ id, seconds }) => id === '17' && seconds === 604_800 }],
  ['7352 3', `require "duplicate"; if duplicate { discard; }`, coyote, ['keep'], { seen: () => true }],
  ['5183 4', `require "environment"; if environment :is "name" "bulkhead" { discard; }`, coyote, ['discard']],
  ['5051 2', `require "comparator-i;unicode-casemap"; if header :contains :comparator "i;unicode-casemap" "subject" "ÄRGER" { discard; }`, 'Subject: =?utf-8?q?gro=C3=9Fer_=C3=A4rger?=\n\n', ['discard']],
  ['5463 4', `require "ihave"; if ihave "vacation-minutes" { vacation :minutes 5 "x"; } elsif anyof(not ihave "fileinto", ihave "none") { frobnicate; } else { fileinto "INBOX.a"; }`, coyote, ['fileinto INBOX.a']],
  ['5463 4', `require "ihave"; if allof(ihave ["nothing"], header :nothing "a" "b") { discard; } if allof(not ihave "nothing", ihave "copy") { redirect :copy "a@b.example"; }`, coyote, ['redirect a@b.example', 'keep']],
  ['5463 5', `require "ihave"; if not ihave "nothing" { error "nothing is needed"; }`, coyote, ['failed: nothing is needed']],
  ['6609 3.1', `require ["include", "fileinto"]; include :personal "always"; include :once "always"; fileinto "b";`, coyote, ['fileinto a', 'fileinto b'], { scripts: { always: 'require "fileinto"; fileinto "a";' } }],
  ['6609 3.1', `require "include"; include :optional "none"; include "spam"; discard;`, coyote, ['keep'], { scripts: { spam: 'if header :contains "subject" "present" { keep; stop; }' } }],
  ['6609 3.1', `require "include"; include "none";`, coyote, ['failed: There is no script “none”']],
  ['6609 3.1', `require "include"; include :global "a";`, coyote, ['failed: There is no script “a”'], { scripts: { a: 'keep;' } }],
  ['6609 3.1', `require "include"; include "a";`, coyote, ['failed: The script “a” has mistakes, or includes itself'], { scripts: { a: 'require "include"; include "b";', b: 'require "include"; include "a";' } }],
  ['6609 3.1', `require ["include", "fileinto"]; include "a";`, coyote, ['failed: The script “a” has mistakes, or includes itself'], { scripts: { a: 'fileinto "each requires what it uses";' } }],
  ['6609 3.2', `require ["include"]; include "a"; if true { return; } discard;`, coyote, ['keep'], { scripts: { a: 'require "include"; if true { return; } discard;' } }],
  ['6609 3.4', `require ["include", "variables", "fileinto"]; global "test"; set "own" "1"; include "sub"; fileinto "x\${test}\${own}\${global.more}";`, coyote, ['fileinto x$valuea1b'],
    { scripts: { sub: 'require ["include", "variables"]; global ["test"]; set "own" "2"; set "test" "$value"; if string "${own}" "2" { set "test" "${test}a"; } set "global.more" "b";' } }],
  ['5436 2', `require "enotify"; notify :importance "1" :message "new mail" "mailto:0123@phone.example?subject=Hi%20there"; discard;`, coyote, ['notify 0123@phone.example: new mail', 'discard']],
  ['5435 6', `require ["enotify", "variables"]; set :encodeurl "s" "会&議"; notify "mailto:a@b.example,c@d.example?subject=\${s}";`, coyote, ['notify a@b.example c@d.example: 会&議', 'keep']],
  ['5435 4', `require "enotify"; if allof(valid_notify_method "mailto:a@b.example", not valid_notify_method ["mailto:a@b.example", "tel:1"], notify_method_capability "mailto:a@b.example" "Online" ["maybe", "no"]) { discard; }`, coyote, ['discard']],
  ['5235 2', `require ["spamtest", "relational", "comparator-i;ascii-numeric"]; if spamtest :value "ge" :comparator "i;ascii-numeric" "3" { discard; }`, coyote, ['discard'], { scores: { spamPercent: 23, virusLevel: 1 } }],
  ['5235 2', `require ["spamtestplus", "relational", "comparator-i;ascii-numeric", "fileinto"]; if spamtest :value "eq" :comparator "i;ascii-numeric" "0" { fileinto "unclassified"; } elsif spamtest :percent :value "eq" :comparator "i;ascii-numeric" "0" { fileinto "clean"; }`,
    coyote, ['fileinto clean'], { scores: { spamPercent: 0, virusLevel: 0 } }],
  ['5235 2', `require ["spamtest", "relational", "fileinto"]; if spamtest :count "eq" "0" { fileinto "unclassified"; }`, coyote, ['fileinto unclassified']],
  ['5235 3', `require ["virustest", "relational", "comparator-i;ascii-numeric"]; if virustest :value "eq" :comparator "i;ascii-numeric" "5" { discard; }`, coyote, ['discard'], { scores: { spamPercent: null, virusLevel: 5 } }],
  ['5703 4.1', `require ["mime", "fileinto"]; if header :mime :anychild :contenttype :is "Content-Type" "application/pdf" { fileinto "pdf"; }`, mixed, ['fileinto pdf']],
  ['5703 4.1', `require ["mime", "fileinto"]; if header :mime :type "Content-Type" "multipart" { fileinto "many"; } if header :mime :subtype "Content-Type" "plain" { discard; }`, mixed, ['fileinto many']],
  ['5703 4.1', `require ["mime", "fileinto"]; if header :mime :anychild :param "filename" :matches "Content-Disposition" "*.pdf" { fileinto "named"; }`, mixed, ['fileinto named']],
  ['5703 4.3', `require ["mime", "fileinto"]; if exists "Content-Disposition" { discard; } if exists :mime :anychild "Content-Disposition" { fileinto "attached"; }`, mixed, ['fileinto attached']],
  ['5703 4.2', `require "mime"; if address :mime :anychild :domain "from" "inner.example" { discard; }`, mixed, ['discard']],
  ['5703 3', `require ["foreverypart", "mime", "fileinto", "variables"]; set "n" ""; foreverypart { set "n" "\${n}x"; if header :mime :contenttype "Content-Type" "text/html" { break; } } fileinto "\${n}";`, mixed, ['fileinto xxx']],
  ['5703 3', `require ["foreverypart", "mime", "fileinto", "variables"]; foreverypart :name "out" { foreverypart { if header :mime :subtype "Content-Type" "pdf" { set "x" "\${x}y"; break :name "out"; } } } fileinto "a\${x}";`, mixed, ['fileinto ay']],
  ['5703 7', `require ["foreverypart", "mime", "fileinto", "variables", "extracttext"]; foreverypart { if header :mime :contenttype "Content-Type" "text/plain" { extracttext :first 3 :upper "t"; stop; } } keep;`, mixed, ['keep']],
  ['5703 7', `require ["foreverypart", "mime", "fileinto", "variables", "extracttext"]; foreverypart { if header :mime :contenttype "Content-Type" "text/plain" { extracttext :first 3 :upper "t"; break; } } fileinto "\${t}";`, mixed, ['fileinto 会議A']],
  ['regex 3', `require ["regex", "variables", "fileinto"]; if header :regex "Subject" "for (you|me)[.!]*$" { fileinto "\${1}"; }`, coyote, ['fileinto you']],
  ['regex 3', `require ["regex", "fileinto"]; if address :regex :comparator "i;octet" "from" "^C" { discard; } elsif address :regex "from" "^C.*@(.*\\.)?org$" { fileinto "org"; }`, coyote, ['fileinto org']],
  ['regex 4', `require ["regex", "variables", "fileinto"]; set :quoteregex "q" "a.b"; if string :regex "axb" "\${q}" { discard; } if string :regex "a.b" "^\${q}$" { fileinto "a"; }`, coyote, ['fileinto a']],
  ['regex 3', `require ["regex", "variables"]; if string :regex "x" "\${y}(" { discard; }`, coyote, ['failed: “(” is no regular expression: a “(” has no “)”']],
  ['5228 2.7.2', `if header :contains "subject" "会議" { discard; }`, 'Subject: =?iso-2022-jp?B?GyRCMnE1RBsoQg==?=\n\n', ['discard']],
]

test('the examples of the RFCs do what they say', () => {
  for (const [rule, script, message, did, around] of goldens) assert.deepEqual(didIn(played(script, message, around)), did, `RFC ${rule}: ${script}`)
})

test('what is wrong with a script is said with its place', () => {
  const wrong: readonly (readonly [script: string, mistakes: readonly string[]])[] = [
    ['keep', ['1:5 Expected “;” or “{”, found the end of the script']],
    ['keep;\n  fileinto "a";', ['2:3 “fileinto” needs require "fileinto"']],
    ['require "convert";', ['1:9 There is no extension "convert"']],
    ['require "enotify"; notify "mailto:nobody"; notify "xmpp:a@b.example";', ['1:27 “mailto:nobody” is no mailto: with an address', '1:51 “xmpp:a@b.example” is no mailto: with an address']],
    ['keep; require "copy";', ['1:7 “require” stands before everything else']],
    ['if true { keep; ', ['1:9 This block has no end']],
    ['redirect "a b";\nredirect "x@y, z@w";', ['1:10 "a b" is no address', '2:10 "x@y, z@w" is no address']],
    ['redirect "a\r\nBcc: x@y.example";', ['1:10 "a\\r\\nBcc: x@y.example" is no address']],
    ['if header "a" { stop; }', ['1:4 “header” wants strings, then strings']],
    ['if header :is :contains "a" "b" { stop; }', ['1:15 :contains does not go with :is']],
    ['if header :count "eq" "a" "b" { stop; }', ['1:11 :count needs require "relational"']],
    ['if size 3 { stop; }', ['1:4 “size” wants :over or :under']],
    ['else { keep; }', ['1:1 “else” has no “if”']],
    ['discard "あ";', ['1:9 “discard” has one argument too many']],
    ['/* no end', ['1:1 This comment has no end']],
    ['keep; "x', ['1:7 This string has no closing quote']],
    ['if not (true, true) { stop; }', ['1:4 “not” wants one test']],
    ['header;', ['1:1 “header” is a test: it belongs after “if”']],
    ['require "regex"; if header :regex "a" "[b" { stop; }', ['1:39 “[b” is no regular expression: a “[” has no “]”']],
    ['require "ihave"; if ihave "copy" { fileinto "a"; }', ['1:36 “fileinto” needs require "fileinto"']],
    ['require ["include", "variables"]; include "${a}";', ['1:43 The name of a script can not be made while it runs']],
    ['require "mime"; if header :anychild "a" "b" { stop; }', ['1:20 :anychild goes with :mime']],
    ['require "foreverypart"; break;', ['1:25 “break” stands in a “foreverypart”']],
    ['require "foreverypart"; foreverypart;', ['1:25 “foreverypart” is followed by a block']],
    ['if size :over 5G { stop; }', ['1:15 Numbers go up to 2147483647']],
  ]
  for (const [script, mistakes] of wrong) assert.deepEqual(played(script, coyote), mistakes, script)
})

test('a script that asks for too much is refused or stopped, and its message is kept', () => {
  const deep = `${'if true {'.repeat(16)}keep;${'}'.repeat(16)}`
  assert.match(String(played(deep, coyote)), /Blocks are at most 15 deep/)
  assert.match(String(played(`if ${'not '.repeat(30)}true { keep; }`, coyote)), /Tests are at most 15 deep/)
  assert.match(String(played(`${'('.repeat(100_000)}`, coyote)), /Expected|long/)
  assert.match(String(played('keep;'.repeat(20_000), coyote)), /too long/)
  assert.match(String(played(`# ${'x'.repeat(sieveLimits.scriptBytesMax)}`, coyote)), /at most 131072 bytes/)
  const redirects = Array.from({ length: 6 }, (_, at) => `redirect "a${at}@example.org";`).join('')
  assert.deepEqual(didIn(played(redirects, coyote)), ['failed: A script redirects to at most 5 addresses'])
  const doubling = `require "variables"; set "a" "xxxxxxxxxxxxxxxx"; ${'set "a" "${a}${a}";'.repeat(60)} if string :matches "\${a}" "${'*x'.repeat(500)}y" { discard; }`
  assert.deepEqual(didIn(played(doubling, coyote)), ['keep'])
  const wide = `Subject: x\n\n${'ア'.repeat(300_000)}終`
  const often = `require ["body", "comparator-i;unicode-casemap"]; ${'if body :text :comparator "i;unicode-casemap" :contains "nowhere" { discard; }'.repeat(50)} keep;`
  assert.deepEqual(didIn(played(often, wide)), ['keep'], 'a long body is folded once')
  const costly = `require ["variables", "body"]; ${'if body :text :matches "*a*a*a*a*b" { discard; }'.repeat(60)}`
  assert.deepEqual(didIn(played(costly, `Subject: x\n\n${'a'.repeat(200_000)}`)), ['failed: The script looks at too much'])
})

const words = ['if', 'elsif', 'else', 'not', 'anyof', '(', ')', '{', '}', '[', ']', ',', ';', ':is', ':matches', ':contains', ':flags', ':index', ':count', '"gt"', '1', '2K',
  '"subject"', '"*a?b\\\\*"', '"${1}"', 'header', 'address', 'body', 'date', 'exists', 'size', ':over', 'keep', 'stop', 'discard', 'redirect', '"a@b.example"', 'fileinto', '"あ"', 'set',
  'setflag', '"\\\\Seen"', 'vacation', 'duplicate', 'string', 'text:\r\nx\r\n.\r\n', '# c\n', '/* c */', 'currentdate', '"hour"', 'true', 'environment',
  'require', '"ihave"', 'ihave', 'include', 'return', 'global', ':regex', '"(a|b)*["', 'error', ':optional', 'foreverypart', 'break', ':mime', ':anychild', 'extracttext', 'spamtest']

test('whatever the bytes, a script is a program or a list of mistakes within it', () => {
  const check = (bytes: Buffer): void => {
    const compiled = compileSieve(bytes)
    if (compiled.is === 'program') return
    assert.ok(compiled.mistakes.length > 0)
    for (const { line, column, offset } of compiled.mistakes) assert.ok(line >= 1 && column >= 1 && offset >= 0 && offset <= bytes.length)
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => check(Buffer.from(bytes))), { numRuns: 300 })
  fc.assert(fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), (pieces) => check(Buffer.from(pieces.join(' ')))), { numRuns: 1_500 })
})

test('whatever the script and the message, a run ends and says what becomes of the message', () => {
  const required = `require [${extensions.map((name) => `"${name}"`).join(', ')}];`
  const tests = fc.constantFrom('header :matches "subject" "*${1}*"', 'body :contains "a"', 'address :domain "from" ["b", "c.example"]', 'exists "to"', 'duplicate', 'hasflag "\\\\Seen"',
    'date "date" "year" "1997"', 'string "${x}" "a"', 'header :index 1 :last "received" "x"', 'envelope :detail "to" "x"', 'size :over 10', 'header :count "ge" ["to", "cc"] "1"', 'header :regex "subject" "(.*)${x}(a|b)*"', 'header :mime :anychild :param "name" "content-type" "a"', 'spamtest :count "eq" "0"', 'ihave "nothing"')
  const actions = fc.constantFrom('keep;', 'discard;', 'notify "mailto:a@b.example?subject=${1}";', 'fileinto "a${1}";', 'redirect "a@b.example";', 'set "x" "${x}${1}a";', 'addflag "$a";', 'stop;', 'vacation "away";', 'reject "no";', 'include "none";', 'include :optional "a";', 'return;', 'global "x";', 'foreverypart { extracttext "x"; if exists :mime "a" { break; } }')
  const scripts = fc.array(fc.oneof(actions, fc.tuple(tests, actions).map(([one, what]) => `if ${one} { ${what} }`)), { maxLength: 12 }).map((lines) => `${required} ${lines.join('\n')}`)
  fc.assert(fc.property(scripts, fc.uint8Array({ maxLength: 400 }), (script, message) => {
    const compiled = compileSieve(Buffer.from(script))
    assert.equal(compiled.is, 'program', script)
    if (compiled.is !== 'program') return
    const outcome = runSieve(compiled.program, {
      message: viewOf(Buffer.from(message)), envelope: { from: 'a@b.example', to: 'c+x@d.example' }, nowMs: 0, zoneMinutes: 0, environment: {},
      scores: { spamPercent: null, virusLevel: 0 },
      mailboxIdExists: () => false,
      mailboxExists: () => false, specialUseExists: () => false, seenBefore: () => undefined,
    })
    if (outcome.is === 'decided') assert.ok(outcome.decision.implicitKeep || outcome.decision.actions.length > 0)
  }), { numRuns: 400 })
})

test('wildcards match as a pattern of JavaScript would, and give what they stand for', () => {
  const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((parts) => parts.join(''))
  const text = fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(fc.property(pattern, text, (glob, value) => {
    const expected = new RegExp(`^${[...glob].map((char) => (char === '*' ? '([^]*?)' : char === '?' ? '([^])' : char)).join('')}$`).exec(value)
    const found = globMatch(glob, value, value, () => undefined)
    assert.deepEqual(found, expected === null ? undefined : [...expected])
  }), { numRuns: 3_000 })
})

test('a body of any transfer encoding and charset is text', () => {
  const mail = mailOf(`Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=iso-2022-jp
Content-Transfer-Encoding: base64

GyRCMnE1RBsoQg==
--b
Content-Type: text/html; charset=utf-8

<p>meet<b>ing</b></p>
--b--
`)
  const view = viewOf(mail)
  assert.match(view.text(), /会議/)
  assert.match(view.text(), /meeting/)
  assert.deepEqual(view.contents(['text/html']).length, 1)
  assert.deepEqual(view.contents(['image']), [])
})
