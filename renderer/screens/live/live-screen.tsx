export function LiveScreen() {
  return <section className="empty" />;
}
