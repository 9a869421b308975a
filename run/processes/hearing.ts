/** Reports between domains in intake: facts gathered, others' reports read, ours made once a day. */
import { secret } from '@bulkhead/base/secret.ts'
import type { StartOf } from '@bulkhead/door/contracts/start.ts'
import type { Hearing } from '@bulkhead/flow/reception/hearing.ts'
import { complaints } from '@bulkhead/flow/reports/complaints.ts'
import { dmarcResults } from '@bulkhead/flow/reports/dmarc-facts.ts'
import { gatherFacts } from '@bulkhead/flow/reports/facts.ts'
import { startReportMaking } from '@bulkhead/flow/reports/making.ts'
import { reportReader } from '@bulkhead/flow/reports/reading.ts'
import type { Dns } from '@bulkhead/flow/resolving/dns.ts'
import { domainSigner, type SigningVault } from '@bulkhead/mail/dkim/domain-signer.ts'
import { senderTokens } from '@bulkhead/mail/feedback/sender-token.ts'
import type { RecipientDirectory } from '@bulkhead/mail/ports/directory.ts'
import { receivedReports } from '@bulkhead/store/reports/received-reports.ts'
import { dueReports, reportFacts } from '@bulkhead/store/reports/report-facts.ts'
import type { Database } from '@bulkhead/store/sql/database.ts'
import type { RoleContext } from './role.ts'

export interface HearingParts {
  readonly queues: Database
  readonly dns: Dns
  readonly vault: SigningVault
  readonly directory: Pick<RecipientDirectory, 'isLocalDomain'>
}

export const hearingOf = (start: StartOf<'intake'>, { queues, dns, vault, directory }: HearingParts, context: RoleContext): Hearing & AsyncDisposable => {
  const { log, meter, clock, sealing, tell } = context
  const gathering = gatherFacts({ facts: reportFacts(queues), log, meter })
  const reader = reportReader({
    received: receivedReports(queues),
    complaints: complaints({ tokens: senderTokens(secret(Buffer.from(start.pseudonymKey, 'base64'))), clock, tell }),
    isLocalDomain: (domain) => directory.isLocalDomain(domain),
    log, meter,
  })
  const making = start.reports.send
    ? startReportMaking({
        due: dueReports(queues), dns, signer: domainSigner(vault, clock), sealing, queuePublicKey: Buffer.from(start.queuePublicKey, 'base64'),
        hostName: start.hostName, organization: start.organization, clock, log, meter,
      })
    : undefined
  return {
    dmarc: dmarcResults(gathering),
    reader,
    async [Symbol.asyncDispose]() {
      await making?.[Symbol.asyncDispose]()
      await reader[Symbol.asyncDispose]()
      await gathering[Symbol.asyncDispose]()
    },
  }
}
