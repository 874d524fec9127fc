export interface NchanConfiguration {
  readonly folder: string;
  readonly module: string;
  readonly workers: number;
  readonly port: number;
  /** null: its own shared memory. */
  readonly redisPort: number | null;
  /** Files that a worker may have open. */
  readonly files: number;
}

/**
 * nchan as its manual would have it for speed: no logs, a listening socket a worker (`reuseport`), connections kept
 * open. History and its age are those of the project's defaults.
 */
export function nchanConfiguration({ folder, module, workers, port, redisPort, files }: NchanConfiguration): string {
  const upstream = redisPort === null ? '' : `upstream store { nchan_redis_server redis://127.0.0.1:${redisPort}; }`;
  const pass = redisPort === null ? '' : 'nchan_redis_pass store;';
  return `
daemon off;
user root;
worker_processes ${workers};
worker_rlimit_nofile ${files};
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log error;
load_module ${module};
events { worker_connections ${files - 200}; }
http {
  access_log off;
  tcp_nodelay on;
  keepalive_timeout 3600s;
  keepalive_requests 1000000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  nchan_shared_memory_size 1024M;
  nchan_message_buffer_length 16;
  nchan_message_timeout 1h;
  ${upstream}
  server {
    listen 127.0.0.1:${port} reuseport backlog=4096;
    location = /set { nchan_publisher; nchan_channel_id $arg_key; ${pass} }
    location = /get { nchan_subscriber longpoll; nchan_channel_id $arg_key; nchan_subscriber_timeout 300s; ${pass} }
    location = /status { nchan_stub_status; }
  }
}
`;
}
