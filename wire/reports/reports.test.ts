import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { readDmarcReport } from './dmarc-read.ts'
import { dmarcReportXml, type DmarcReport } from './dmarc-report.ts'
import { reportMail } from './report-mail.ts'
import { reportParts } from './report-parts.ts'
import { reportUri } from './report-uri.ts'
import { readTlsReport, tlsReportJson, type TlsReport } from './tls-report.ts'
import { tlsReportUris } from './tlsrpt-record.ts'
import { escapeXml, readXml, xmlLimits } from './xml.ts'
import { firstOfZip } from './zip.ts'

/** RFC 9990 appendix B. */
const newSchema = `<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
  <version>1.0</version>
  <report_metadata>
    <org_name>Sample Reporter</org_name>
    <email>report_sender@example-reporter.com</email>
    <extra_contact_info>...</extra_contact_info>
    <report_id>3v98abbp8ya9n3va8yr8oa3ya</report_id>
    <date_range><begin>302832000</begin><end>302918399</end></date_range>
    <generator>Example DMARC Aggregate Reporter v1.2</generator>
  </report_metadata>
  <policy_published>
    <domain>example.com</domain><p>quarantine</p><sp>none</sp><np>none</np><testing>n</testing>
    <discovery_method>treewalk</discovery_method>
  </policy_published>
  <record>
    <row>
      <source_ip>192.0.2.123</source_ip><count>123</count>
      <policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated>
    </row>
    <identifiers><envelope_from>example.com</envelope_from><header_from>example.com</header_from></identifiers>
    <auth_results>
      <dkim><domain>example.com</domain><result>pass</result><selector>abc123</selector></dkim>
      <spf><domain>example.com</domain><result>fail</result></spf>
    </auth_results>
  </record>
</feedback>`

/** As large reporters still write it: RFC 7489 appendix C, other order, declaration, prefix, `pct`. */
const oldSchema = `<?xml version="1.0" encoding="UTF-8" ?>
<!-- a comment with <tags> & such -->
<d:feedback xmlns:d="http://dmarc.org/dmarc-xml/0.1">
  <d:record>
    <row><source_ip>2001:db8::7</source_ip><count>2</count>
      <policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf>
        <reason><type>local_policy</type><comment>arc=pass &amp; known &#x41;</comment></reason>
      </policy_evaluated></row>
    <identifiers><header_from>Example.org</header_from></identifiers>
    <auth_results><spf><domain>other.example</domain><scope>mfrom</scope><result>none</result></spf></auth_results>
  </d:record>
  <policy_published><domain>Example.org</domain><adkim>r</adkim><aspf>r</aspf><p>reject</p><sp>reject</sp><pct>100</pct></policy_published>
  <report_metadata><org_name><![CDATA[Big & Co]]></org_name><email>noreply@big.example</email><report_id>7</report_id>
    <date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata>
</d:feedback>
`

test('aggregate reports are read by the new schema and the old', () => {
  const read = readDmarcReport(newSchema)
  assert.ok(read !== undefined)
  assert.deepEqual([read.org, read.id, read.beginSeconds, read.policy.domain, read.policy.np], ['Sample Reporter', '3v98abbp8ya9n3va8yr8oa3ya', 302_832_000, 'example.com', 'none'])
  assert.deepEqual(read.rows, [{
    sourceIp: '192.0.2.123', count: 123, disposition: 'pass', dkim: 'pass', spf: 'fail', overrides: [], headerFrom: 'example.com', envelopeFrom: 'example.com',
    envelopeTo: '', dkimResults: [{ domain: 'example.com', selector: 'abc123', result: 'pass' }], spfResults: [{ domain: 'example.com', scope: '', result: 'fail' }],
  }])
  const old = readDmarcReport(oldSchema)
  assert.ok(old !== undefined)
  assert.deepEqual([old.org, old.policy.domain, old.policy.p, old.rows.length], ['Big & Co', 'example.org', 'reject', 1])
  assert.deepEqual(old.rows[0]?.overrides, [{ type: 'local_policy', comment: 'arc=pass & known A' }])
})

/** Objects as literals make them. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(model, { noNullPrototype: true })
const word = fc.string({ maxLength: 30 }).map((text) => text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '').trim())
const domain = fc.constantFrom('example.com', 'mail.example.org', 'xn--wgv71a.example')
const dmarcReport: fc.Arbitrary<DmarcReport> = plain({
  org: word, email: word, id: word, beginSeconds: fc.nat(), endSeconds: fc.nat(),
  policy: plain({ domain, p: word, sp: word, np: word, adkim: word, aspf: word, fo: word, testing: word }),
  rows: fc.array(plain({
    sourceIp: word, count: fc.nat(), disposition: word, dkim: word, spf: word, headerFrom: word, envelopeFrom: word, envelopeTo: word,
    overrides: fc.array(plain({ type: word, comment: word }), { maxLength: 3 }),
    dkimResults: fc.array(plain({ domain: word, selector: word, result: word }), { maxLength: 4 }),
    spfResults: fc.array(plain({ domain: word, scope: word, result: word }), { maxLength: 2 }),
  }), { maxLength: 5 }),
})

test('what we write as an aggregate report reads back as it was', () => {
  fc.assert(fc.property(dmarcReport, (report) => assert.deepEqual(readDmarcReport(dmarcReportXml(report)), report)), { numRuns: 150 })
})

test('no text, however broken, is more than refused; no accident at any byte of a good one either', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('<', '>', '/', '!', '?', '-', '[', ']', '&', ';', '#', '"', '=', ' ', 'a', 'feedback', 'CDATA') }), (text) => {
    readDmarcReport(text)
  }), { numRuns: 500 })
  fc.assert(fc.property(fc.nat(newSchema.length), fc.nat(20), fc.string({ maxLength: 3 }), (at, gone, put) => {
    readDmarcReport(newSchema.slice(0, at) + put + newSchema.slice(at + gone))
  }), { numRuns: 300 })
})

const visited = (text: string): string | undefined => {
  let seen = ''
  const fine = readXml(text, { start: (name) => void (seen += `<${name}`), end: (_, own) => void (seen += `=${own}>`) })
  return fine ? seen : undefined
}

test('XML: what reports need, and nothing that grows', () => {
  assert.equal(visited('<a b="1" c=\'>\'>x<b/>y</a>'), '<a<b=>=xy>')
  assert.equal(visited('<?xml version="1.0"?><a>&lt;&#65;&#x42;</a>\n'), '<a=<AB>')
  for (const bad of [
    '', 'text', '<a>', '</a>', '<a></b>', '<a/><b/>', '<a>&unknown;</a>', '<a>& </a>', '<a>&#0;</a>', '<a b=1/>', '<a b="<"/>', '<a><![CDATA[x</a>', '<!-- ', '<?x',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', '<a><!ELEMENT b></a>',
  ]) assert.equal(visited(bad), undefined, bad)
  const deep = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth)
  assert.notEqual(visited(deep(xmlLimits.depthMax)), undefined)
  assert.equal(visited(deep(xmlLimits.depthMax + 1)), undefined)
  assert.equal(visited(`<a>${'<b/>'.repeat(xmlLimits.elementsMax)}</a>`), undefined)
  assert.equal(visited(`<a>${'x'.repeat(60_000)}</a>`), `<a=${'x'.repeat(xmlLimits.textMax)}>`)
  assert.equal(visited(`<a>${'x'.repeat(xmlLimits.runMax + 1)}</a>`), undefined)
  fc.assert(fc.property(word, (text) => assert.equal(visited(`<a>${escapeXml(text)}</a>`), `<a=${text}>`)), { numRuns: 200 })
})

/** RFC 8460 appendix B. */
const tlsSample = `{ "organization-name": "Company-X", "date-range": { "start-datetime": "2016-04-01T00:00:00Z", "end-datetime": "2016-04-01T23:59:59Z" },
  "contact-info": "sts-reporting@company-x.example", "report-id": "5065427c-23d3-47ca-b6e0-946ea0e8c4be",
  "policies": [{ "policy": { "policy-type": "sts", "policy-string": ["version: STSv1","mode: testing","mx: *.mail.company-y.example","max_age: 86400"],
    "policy-domain": "company-y.example", "mx-host": "*.mail.company-y.example" },
    "summary": { "total-successful-session-count": 5326, "total-failure-session-count": 303 },
    "failure-details": [
     { "result-type": "certificate-expired", "sending-mta-ip": "2001:db8:abcd:0012::1", "receiving-mx-hostname": "mx1.mail.company-y.example", "failed-session-count": 100 },
     { "result-type": "starttls-not-supported", "sending-mta-ip": "2001:db8:abcd:0013::1", "receiving-mx-hostname": "mx2.mail.company-y.example",
       "receiving-ip": "203.0.113.56", "failed-session-count": 200, "additional-information": "https://reports.company-x.example/report_info ? id = 5065427 c - 23 d3" },
     { "result-type": "validation-failure", "sending-mta-ip": "198.51.100.62", "receiving-ip": "203.0.113.58", "receiving-mx-hostname": "mx-backup.mail.company-y.example",
       "failed-session-count": 3, "failure-reason-code": "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED" }] }] }`

test('TLS reports: the published one is read, ours read back as they were, broken ones are refused', () => {
  const read = readTlsReport(tlsSample)
  const [policy] = read?.policies ?? []
  assert.deepEqual([policy?.domain, policy?.successes, policy?.failures, policy?.mxHosts], ['company-y.example', 5_326, 303, ['*.mail.company-y.example']])
  assert.deepEqual(policy?.details.map(({ type, count }) => [type, count]), [['certificate-expired', 100], ['starttls-not-supported', 200], ['validation-failure', 3]])
  const text = fc.string({ minLength: 1, maxLength: 30 })
  const report: fc.Arbitrary<TlsReport> = plain({
    org: text, contact: text, id: text,
    beginMs: fc.integer({ min: 0, max: 4e9 }).map((s) => s * 1_000), endMs: fc.integer({ min: 0, max: 4e9 }).map((s) => s * 1_000),
    policies: fc.array(plain({
      type: text, domain, strings: fc.array(text, { maxLength: 4 }), mxHosts: fc.array(text, { maxLength: 4 }), successes: fc.nat(), failures: fc.nat(),
      details: fc.array(plain({ type: text, sendingIp: text, receivingMxHost: text, receivingIp: text, count: fc.nat(), reason: text }), { maxLength: 3 }),
    }), { maxLength: 3 }),
  })
  fc.assert(fc.property(report, (made) => assert.deepEqual(readTlsReport(tlsReportJson(made)), made)), { numRuns: 150 })
  for (const bad of ['', '[]', 'null', '{}', '{"policies":[]}', tlsSample.replace('2016-04-01T00', 'x')]) assert.equal(readTlsReport(bad), undefined)
  fc.assert(fc.property(fc.json(), (json) => void readTlsReport(json)), { numRuns: 200 })
})

test('report URIs: mail with and without a size, HTTPS, and what is neither', () => {
  assert.deepEqual(reportUri('mailto:dmarc@Example.org!10m'), { is: 'mailto', address: 'dmarc@Example.org', domain: 'example.org', bytesMax: 10_485_760 })
  assert.deepEqual(reportUri(' mailto:a%2Bb@example.org '), { is: 'mailto', address: 'a+b@example.org', domain: 'example.org', bytesMax: null })
  assert.deepEqual(reportUri('https://r.example/v1'), { is: 'https', url: 'https://r.example/v1' })
  for (const bad of ['', 'ftp://x', 'mailto:', 'mailto:a', 'mailto:a@b c', 'mailto:a@b\r\nBcc: c@d', 'mailto:a%0d%0a@b', 'mailto:%ff@b', 'https://u:p@x/', 'x'.repeat(600)]) {
    assert.equal(reportUri(bad), undefined, bad)
  }
  assert.deepEqual(tlsReportUris(['v=spf1 -all', 'v=TLSRPTv1;rua=mailto:reports@example.com,https://r.example/x']), [
    { is: 'mailto', address: 'reports@example.com', domain: 'example.com', bytesMax: null }, { is: 'https', url: 'https://r.example/x' },
  ])
  assert.equal(tlsReportUris(['v=TLSRPTv2; rua=mailto:a@b.example']), undefined)
  assert.equal(tlsReportUris(['v=TLSRPTv1; rua=mailto:a@b.example', 'v=TLSRPTv1; rua=mailto:c@d.example']), undefined)
})

const mail = { domain: 'example.org', submitter: 'mx.ours.example', from: 'noreply@ours.example', to: ['a@example.org', 'b@reports.example'], id: 'r-1', atMs: 0, beginSeconds: 1, endSeconds: 86_400 }

test('a report as mail: named as the RFCs ask, and found again in it', () => {
  for (const kind of ['dmarc', 'tls'] as const) {
    const made = reportMail({ ...mail, kind, gzip: gzipSync('<feedback/>'.repeat(200)) })
    const text = made.toString('latin1')
    assert.match(text, /\r\nSubject: Report Domain: example\.org\r\n Submitter: mx\.ours\.example\r\n Report-ID: /)
    assert.match(text, /filename="mx\.ours\.example!example\.org!1!86400!r-1\.(xml|json)\.gz"/)
    assert.equal(/[^\r]\n|\r[^\n]/.test(text), false)
    const [part, ...others] = reportParts(made)
    assert.equal(others.length, 0)
    assert.ok(part?.is === 'packed')
    assert.equal(gunzipSync(part.bytes).toString(), '<feedback/>'.repeat(200))
  }
})

/** RFC 5965 appendix B.2, as it stands there but for the addresses. */
const complaint = [
  'From: <abusedesk@example.com>', 'Date: Thu, 8 Mar 2005 17:40:36 EDT', 'Subject: FW: Earn money', 'To: <abuse@example.net>', 'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=feedback-report;', '     boundary="part1_13d.2e68ed54_boundary"', '',
  '--part1_13d.2e68ed54_boundary', 'Content-Type: text/plain; charset="US-ASCII"', '', 'This is an email abuse report.', '',
  '--part1_13d.2e68ed54_boundary', 'Content-Type: message/feedback-report', '',
  'Feedback-Type: abuse', 'User-Agent: SomeGenerator/1.0', 'Version: 1', 'Original-Mail-From: <somespammer@example.net>', 'Original-Rcpt-To: <user@example.com>',
  'Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT', 'Reporting-MTA: dns; mail.example.com', 'Source-IP: 192.0.2.1', 'Reported-Domain: Example.net', '',
  '--part1_13d.2e68ed54_boundary', 'Content-Type: message/rfc822', 'Content-Disposition: inline', '',
  'From: <somespammer@example.net>', 'Received: from mailserver.example.net (mailserver.example.net', '     [192.0.2.1]) by example.com with ESMTP id M63d4137594e46;',
  '     Thu, 08 Mar 2005 14:00:00 -0400', 'Subject: Earn money', 'Message-ID: 8787KJKJ3K4J3K4J3K4J3.mail@example.net', '', 'Spam Spam Spam', '--part1_13d.2e68ed54_boundary--', '',
].join('\r\n')

test('complaints: the published one is read, with the header of what it is about', () => {
  const [part] = reportParts(Buffer.from(complaint))
  assert.ok(part?.is === 'abuse')
  assert.deepEqual(part.report, {
    type: 'abuse', userAgent: 'SomeGenerator/1.0', sourceIp: '192.0.2.1', reportedDomain: 'example.net', arrivalDate: 'Thu, 8 Mar 2005 14:00:00 EDT', incidents: 1,
  })
  assert.match(part.original.toString(), /Message-ID: 8787KJKJ/)
  assert.deepEqual(reportParts(Buffer.from('Subject: hello\r\n\r\nno report')), [])
  fc.assert(fc.property(fc.nat(complaint.length), fc.nat(100), (at, gone) => void reportParts(Buffer.from(complaint.slice(0, at) + complaint.slice(at + gone)))), { numRuns: 100 })
})

/** One file, deflated, as `zip -j` writes it. */
const zipOf = (name: string, content: Buffer): Buffer => {
  const packed = deflateRawSync(content)
  const head = (signature: number, extra: number): Buffer => {
    const bytes = Buffer.alloc(extra)
    bytes.writeUInt32LE(signature)
    return bytes
  }
  const local = head(0x04034b50, 30)
  local.writeUInt16LE(8, 8)
  local.writeUInt16LE(name.length, 26)
  const entry = head(0x02014b50, 46)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt16LE(name.length, 28)
  const end = head(0x06054b50, 22)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(30 + name.length + packed.length, 16)
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end])
}

test('ZIP: the first file is found, and nothing outside the archive', () => {
  const zip = zipOf('report.xml', Buffer.from(oldSchema))
  assert.deepEqual(firstOfZip(zip), { deflated: true, bytes: deflateRawSync(Buffer.from(oldSchema)) })
  fc.assert(fc.property(fc.nat(zip.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
    const broken = Buffer.from(zip)
    broken[at] = byte
    assert.ok((firstOfZip(broken)?.bytes.length ?? 0) <= zip.length)
  }), { numRuns: 300 })
  assert.equal(firstOfZip(Buffer.from('PK\u0003\u0004')), undefined)
  assert.equal(firstOfZip(zip.subarray(0, zip.length - 22)), undefined)
})
