import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** How long a client has to take the last answer before its connection is cut. */
const LINGER_MS = 1_000;

/**
 * Writes the last answer of a connection past node:http, which would read on what the client still sends. Nothing
 * more is read; our half is closed at once and the rest a second later, because a close with unread bytes resets the
 * connection, and a reset may overtake the answer.
 */
export function answerAndClose(socket: Duplex, status: number, head: readonly string[], body: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  // node:http takes its own listener off a connection that it lets go of, and an error without one ends the process.
  socket.on('error', () => socket.destroy());
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (let index = 0; index < head.length; index += 2) text += `${head[index]}: ${head[index + 1]}\r\n`;
  socket.pause();
  socket.end(`${text}Date: ${new Date().toUTCString()}\r\nConnection: close\r\n\r\n${body}`);
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
}
