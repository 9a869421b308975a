/** Before a message is reported as phishing: what happens, and what of it goes to whom. Nothing is sent that is not said here. */
import { signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { brand } from '../../brand/brand.ts'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { toast } from '../../kit/toast.tsx'
import { call } from '../jmap/client.ts'
import { junkAsPhishing } from '../list/commands.ts'
import { shareHere } from '../place.ts'
import { accountOfEmail } from '../store/account-of-email.ts'
import type { MessageView } from './message-view.ts'
import { words } from './words.ts'

export const reporting = signal<MessageView | undefined>(undefined)

const close = (): void => {
  reporting.value = undefined
}

const send = async (emailId: string, to: string): Promise<boolean> => {
  const answer = await call<{ readonly outcome: string }>('Report/send', { accountId: accountOfEmail(emailId), emailId, to }).catch(() => undefined)
  return answer?.outcome === 'sent'
}

const ReportFor = ({ view: { emailId, subject } }: { view: MessageView }): JSX.Element => {
  const busy = useSignal(false)
  const text = words()
  const to = brand.value?.abuse ?? null
  const report = async (sends: boolean): Promise<void> => {
    busy.value = true
    // Sent first: what is taken out of a shared mailbox has another id.
    const sent = sends && to !== null ? await send(emailId, to) : null
    close()
    junkAsPhishing(emailId)
    toast(sent === false ? { text: text.reportNotSent, kind: 'error' } : { text: sent === true ? text.reportSent : text.reported })
  }
  return (
    <Dialog title={text.reportTitle} onClose={close} actions={
      <>
        <Button label={text.cancel} onClick={close} />
        {to === null ? null : <Button label={text.reportMarkOnly} disabled={busy.value} onClick={() => void report(false)} />}
        <Button label={to === null ? text.reportMark : text.reportSend} kind="primary" disabled={busy.value} onClick={() => void report(to !== null)} />
      </>
    }>
      <div class="report">
        <p class="report-subject"><bdi>{subject === '' ? text.noSubject : subject}</bdi></p>
        <p>{text.reportMoves}</p>
        {shareHere.value === undefined ? null : <p>{text.reportLeavesShare(shareHere.value.mailbox.name)}</p>}
        {to === null ? <p>{text.reportCounted}</p> : (
          <>
            <p>{text.reportGoesTo(to)}</p>
            <ul class="report-what">
              {text.reportWhat.map((what) => <li key={what}>{what}</li>)}
            </ul>
          </>
        )}
      </div>
    </Dialog>
  )
}

export const ReportDialog = (): JSX.Element | null => (reporting.value === undefined ? null : <ReportFor view={reporting.value} />)
