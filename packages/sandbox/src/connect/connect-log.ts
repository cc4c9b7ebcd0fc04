/** Writes what the server has to say, one JSON object per line. [S] */
export type ConnectLog = (level: "E" | "W" | "I", message: string, scope?: LogScope) => void;

export interface LogScope {
  readonly request_id?: string;
  readonly jti?: string;
}

export function connectLog(writeLine: (line: string) => void): ConnectLog {
  return (letter, message, scope = {}) => {
    const entry = {
      log_message: `(${letter}) ${message}`,
      timestamp: new Date().toISOString(),
      level: levels[letter],
      scope,
    };
    writeLine(JSON.stringify(entry));
  };
}

const levels = { E: 1, W: 2, I: 3 } as const;
