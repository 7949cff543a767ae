export default function Home() {
  return <main>Booking</main>;
}
