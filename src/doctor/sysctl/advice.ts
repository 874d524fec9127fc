/** What guides recommend and this file leaves alone, with the reason; in the order in which they are shown. */
export const LEFT_ALONE: readonly (readonly [names: string, reason: string])[] = [
  ['net.ipv4.tcp_tw_recycle', 'Turned away clients behind address translation at random. Linux 4.12 removed it.'],
  [
    'net.ipv4.tcp_tw_reuse',
    'The default (2) already lets loopback connections use a port again early. nginx keeps its connections to the workers, so there is little to gain elsewhere.',
  ],
  [
    'net.ipv4.tcp_fin_timeout, net.ipv4.tcp_max_tw_buckets',
    'The first does not shorten TIME_WAIT, the second cuts it off: late packets of one connection then end up in the next. A socket in TIME_WAIT takes a few hundred bytes.',
  ],
  ['net.ipv4.tcp_abort_on_overflow', 'Answers a burst with resets where clients would have tried again by themselves.'],
  ['net.ipv4.tcp_timestamps = 0, net.ipv4.tcp_sack = 0', 'Save nothing worth having, and make every lost packet slow.'],
  [
    'net.ipv4.tcp_mem, tcp_rmem, tcp_wmem, net.core.rmem_max, wmem_max',
    'The kernel sizes them by its memory. Larger minimums are paid for by every parked connection, and its answers are small.',
  ],
  [
    'fs.file-max',
    'systemd sets it to the highest there is: any number here would lower it. The limit that counts is that of the process, LimitNOFILE=.',
  ],
  [
    'net.netfilter.nf_conntrack_max',
    'Only there with a firewall that tracks connections. Then it must be above the number of connections (a client of nginx on this machine is two): "comet doctor" looks how full it is.',
  ],
];
