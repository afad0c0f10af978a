import type { MqttClient } from 'mqtt';

/**
 * Says goodbye where the broker listens, and gives up after half a second where it does not: the client's own `end`
 * waits without limit for acknowledgements that a dead broker owes.
 */
export async function endClient(client: MqttClient): Promise<void> {
  const { stream } = client;
  const isClosed = new Promise<void>((resolve) => {
    if (stream.destroyed) resolve();
    else stream.once('close', resolve);
  });
  const isGone = !client.connected;
  client.end(isGone);
  const giveUp = setTimeout(() => stream.destroy(), isGone ? 0 : 500);
  await isClosed;
  clearTimeout(giveUp);
}
