import { startPage } from '../kit/page.tsx'
import { words } from './words.ts'

const Mail = () => (
  <main>
    <h1>{words().mail}</h1>
  </main>
)

startPage(Mail)
