import { startPage } from '../kit/page.tsx'
import { words } from './words.ts'

const SignIn = () => (
  <main>
    <h1>{words().title}</h1>
  </main>
)

startPage(SignIn)
