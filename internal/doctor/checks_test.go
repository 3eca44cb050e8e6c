package doctor

import (
	"errors"
	"strings"
	"testing"
)

const below = "sys/fs/cgroup/user.slice/user-1000.slice/session-1.scope/"

// TestChecks: each check, on a host that is fine but for what is changed. Of the remedy
// a part is given.
func TestChecks(t *testing.T) {
	counters := func(with string) string {
		return "TcpExt: ListenOverflows ListenDrops TCPAbortOnMemory TCPMemoryPressures RcvPruned TCPBacklogDrop TCPTimeWaitOverflow TCPReqQFullDoCookies TCPReqQFullDrop\nTcpExt: " + with + "\n"
	}
	for name, c := range map[string]struct {
		with                   []string
		watchers               int // 0: 10,000
		code                   string
		severity               Severity
		measured, needed, does string
	}{
		"hard limit": {[]string{"proc/self/limits", "Max open files  1024  4096  files"}, 0, "descriptors", Failure,
			"4,096; the hard limit of the process (RLIMIT_NOFILE) wins", "10,358: one for each of 10,000 watchers", "LimitNOFILE=524288"},
		"soft limit alone does not matter": {[]string{"proc/self/limits", "Max open files  256  20000  files"}, 0, "descriptors", OK, "20,000; the hard limit", "", ""},
		"from a login": {[]string{"proc/self/limits", "Max open files  1024  4096  files", "etc/security/limits.d/10.conf", "# nofile\n@users hard nofile 4096\n"}, 0, "descriptors", Failure,
			"4,096; the hard limit of the process (RLIMIT_NOFILE, from the login: /etc/security/limits.d/10.conf) wins", "", ""},
		"other limits of a login": {[]string{"proc/self/limits", "Max open files  1024  4096  files", "etc/security/limits.d/10.conf", "@users hard nproc 4096\n#* hard nofile 4096\n"}, 0, "descriptors", Failure,
			"4,096; the hard limit of the process (RLIMIT_NOFILE) wins", "", ""},
		"just enough": {[]string{"proc/self/limits", "Max open files  256  10358  files"}, 0, "descriptors", OK, "10,358", "", ""},
		"one too few": {[]string{"proc/self/limits", "Max open files  256  10357  files"}, 0, "descriptors", Failure, "10,357", "", ""},
		"nr_open":     {[]string{"proc/sys/fs/nr_open", "8192"}, 0, "descriptors", Failure, "8,192; fs.nr_open wins", "", "fs.nr_open = 524288"},
		"file-max, of which others have": {[]string{"proc/sys/fs/file-max", "20000", "proc/sys/fs/file-nr", "12000 0 20000"}, 0, "descriptors", Failure,
			"8,000; fs.file-max (20,000, of which 12,000 are in use by others) wins", "", "fs.file-max='1048576'"},
		"more than systemd's default":          {[]string{"proc/sys/fs/nr_open", "1048576"}, 2_000_000, "descriptors", Failure, "1,048,576", "2,001,059", "fs.nr_open = 2097152"},
		"memory of a group":                    {[]string{below + "memory.max", "100000000", below + "memory.current", "0", below + "memory.stat", ""}, 0, "descriptors", Failure, "the control group (memory for so many) wins", "", "see the finding memory"},
		"memory of a group above":              {[]string{"sys/fs/cgroup/user.slice/memory.max", "90000000"}, 0, "descriptors", Failure, "the control group (memory for so many) wins", "", ""},
		"group not to be seen":                 {[]string{below + "cgroup.procs", "-"}, 0, "descriptors", CannotTell, "nothing of the control group /user.slice/user-1000.slice/session-1.scope is to be seen below /sys/fs/cgroup", "", ""},
		"group not mounted":                    {[]string{"proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw"}, 0, "memory", CannotTell, "is not mounted here", "", ""},
		"no control groups at all":             {[]string{"proc/self/cgroup", ""}, 0, "memory", OK, "of the host", "", ""},
		"file-max unknown":                     {[]string{"proc/sys/fs/file-max", "-"}, 0, "descriptors", CannotTell, "/proc/sys/fs/file-max is not there", "", ""},
		"nr_open unknown, but it fails anyway": {[]string{"proc/sys/fs/nr_open", "-", "proc/self/limits", "Max open files  1  1  files"}, 0, "descriptors", Failure, "1; the hard limit", "", ""},

		"unit without a limit": {[]string{"etc/systemd/system/matchstream.service", "[Service]\n"}, 600_000, "systemd-nofile", Failure,
			"524,288 by /etc/systemd/system/matchstream.service, which does not say, so by systemd's own default", "", "LimitNOFILE=1048576"},
		"drop-in": {[]string{"etc/systemd/system/matchstream.service.d/10-less.conf", "[Service]\nLimitNOFILE=1024:2048"}, 0, "systemd-nofile", Failure, "2,048 by /etc/systemd/system/matchstream.service.d/10-less.conf", "", ""},
		"later drop-in": {[]string{"etc/systemd/system/matchstream.service.d/10-less.conf", "LimitNOFILE=2048", "usr/lib/systemd/system/matchstream.service.d/20-more.conf", "LimitNOFILE=infinity"}, 0,
			"systemd-nofile", OK, "unlimited by /usr/lib/systemd/system/matchstream.service.d/20-more.conf", "", ""},
		"masked drop-in":    {[]string{"etc/systemd/system/matchstream.service.d/20.conf", "LimitNOFILE=2048", "usr/lib/systemd/system/matchstream.service.d/20.conf", "LimitNOFILE=infinity"}, 0, "systemd-nofile", Failure, "2,048", "", ""},
		"with blanks":       {[]string{"etc/systemd/system/matchstream.service", "[Service]\nLimitNOFILE = 1024\n"}, 0, "systemd-nofile", Failure, "1,024 by /etc", "", ""},
		"limit in nr_open":  {[]string{"proc/self/limits", "Max open files 1024 4096 files", "proc/sys/fs/nr_open", "200000"}, 0, "descriptors", Failure, "4,096", "", "'* - nofile 200000"},
		"nr_open lasts":     {nil, 2_000_000, "descriptors", Failure, "", "", "echo 'fs.nr_open = 2097152' | sudo tee /etc/sysctl.d/60-doctor.conf && sudo sysctl --system\n"},
		"beyond the host":   {[]string{below + "memory.max", "8000000000", below + "memory.current", "0", below + "memory.stat", ""}, 2_000_000, "memory", Failure, "8.0 GB of the control group", "", "# or more memory, or more nodes"},
		"range with ports":  {[]string{"proc/sys/net/ipv4/ip_local_reserved_ports", "5000"}, 50_000, "ip_local_port_range", Note, "", "", "sudo sysctl -w net.ipv4.ip_local_reserved_ports='5000,8888,8889,9999'\nsudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'"},
		"dropped, but long": {[]string{"proc/sys/net/core/netdev_max_backlog", "10000", "proc/self/net/softnet_stat", "01 02 03"}, 0, "netdev_max_backlog", Note, "10,000; 2 packets", "", "nstat"},
		"dropped, not long": {[]string{"proc/sys/net/core/netdev_max_backlog", "6000", "proc/self/net/softnet_stat", "01 02 03"}, 0, "netdev_max_backlog", Warning, "", "", "='10000'"},
		"tcp_mem beyond":    {[]string{"proc/sys/net/ipv4/tcp_mem", "100 200 300"}, 2_000_000, "tcp_mem", Failure, "", "", "# more memory, or more nodes"},
		"no fast clock":     {[]string{"sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet", "sys/devices/system/clocksource/clocksource0/available_clocksource", "hpet acpi_pm"}, 0, "clocksource", Warning, "hpet", "", "sudo dmesg"},
		"hypervisor's":      {[]string{"sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet", "sys/devices/system/clocksource/clocksource0/available_clocksource", "hpet kvm-clock"}, 0, "clocksource", Warning, "hpet", "", "echo kvm-clock"},
		"short, of unknown": {[]string{"sys/class/net/eth0/tx_queue_len", "100", "proc/sys/net/core/default_qdisc", "-"}, 0, "txqueuelen", CannotTell, "eth0 100", "", ""},
		"no unit":           {[]string{"etc/systemd/system/matchstream.service", "-"}, 0, "systemd-nofile", OK, "matchstream.service is not installed", "", ""},

		"pids of a group": {[]string{below + "pids.max", "100"}, 0, "threads", Warning, "100; the control group (pids.max) wins", "260", "TasksMax=4096"},
		"nproc":           {[]string{"proc/self/limits", "Max processes 50 90 processes"}, 0, "threads", Warning, "90; the user's limit", "260", "LimitNPROC=infinity"},

		"somaxconn before 5.4":       {[]string{"proc/sys/net/core/somaxconn", "128"}, 0, "somaxconn", Failure, "128", "4,096", "net.core.somaxconn='4096'"},
		"somaxconn for a few":        {[]string{"proc/sys/net/core/somaxconn", "128"}, 100, "somaxconn", OK, "128", "100", ""},
		"somaxconn for half million": {nil, 500_000, "somaxconn", Warning, "4,096", "65,535: if all 500,000 come within a second, the loops take 131,200", "net.core.somaxconn='65535'"},
		"somaxconn for 150,000":      {nil, 150_000, "somaxconn", Warning, "4,096", "8,192", "net.core.somaxconn='8192'"},

		"no cookies, short queue": {[]string{"proc/sys/net/ipv4/tcp_syncookies", "0"}, 0, "tcp_max_syn_backlog", Warning, "1,024", "5,461", "tcp_max_syn_backlog='5461'"},
		"no cookies, long queue":  {[]string{"proc/sys/net/ipv4/tcp_syncookies", "0", "proc/sys/net/ipv4/tcp_max_syn_backlog", "8192"}, 0, "tcp_max_syn_backlog", OK, "8,192", "", ""},
		"cookies unknown":         {[]string{"proc/sys/net/ipv4/tcp_syncookies", "-"}, 0, "tcp_max_syn_backlog", CannotTell, "it is 1,024, and whether that matters depends on SYN cookies", "", ""},
		"no cookies":              {[]string{"proc/sys/net/ipv4/tcp_syncookies", "0"}, 0, "tcp_syncookies", Warning, "0", "1", "tcp_syncookies='1'"},
		"cookies for all":         {[]string{"proc/sys/net/ipv4/tcp_syncookies", "2"}, 0, "tcp_syncookies", Warning, "2", "", "tcp_syncookies='1'"},

		"pressure too early":    {[]string{"proc/sys/net/ipv4/tcp_mem", "9000 11999 18000"}, 0, "tcp_mem", Warning, "9,000 / 11,999 / 18,000 pages (74 MB at most)", "12,000 pages (49 MB)", "tcp_mem='9000 12000 18000'"},
		"too little":            {[]string{"proc/sys/net/ipv4/tcp_mem", "6000 8000 11999"}, 0, "tcp_mem", Failure, "", "12,000 pages", ""},
		"two numbers":           {[]string{"proc/sys/net/ipv4/tcp_mem", "6000 8000"}, 0, "tcp_mem", CannotTell, `says "6000 8000", expected 3 numbers`, "", ""},
		"smallest send buffer":  {[]string{"proc/sys/net/ipv4/tcp_wmem", "1024 16384 4194304"}, 0, "tcp_wmem", Warning, "1,024 / 16,384", "", "tcp_wmem='4096 16384 4194304'"},
		"send buffers reversed": {[]string{"proc/sys/net/ipv4/tcp_wmem", "4096 16384 8192"}, 0, "tcp_wmem", Warning, "", "", ""},
		"large receive buffer":  {[]string{"proc/sys/net/ipv4/tcp_rmem", "4096 16777216 16777216"}, 0, "tcp_rmem", Warning, "", "", "tcp_rmem='4096 131072 6291456'"},
		"no large send buffer":  {[]string{"proc/sys/net/core/wmem_max", "65535"}, 0, "wmem_max", Warning, "65,535", "65,536", "wmem_max='212992'"},
		"any receive buffer":    {[]string{"proc/sys/net/core/rmem_max", "1"}, 0, "rmem_max", OK, "1", "anything", ""},

		"fewer ports than watchers": {nil, 30_000, "ip_local_port_range", Note, "28,232 ports", "nothing for the server; 30,000", "ip_local_port_range='1024 65535'"},
		"hardly a port":             {[]string{"proc/sys/net/ipv4/ip_local_port_range", "60000 60500"}, 0, "ip_local_port_range", Warning, "501 ports", "", ""},
		"ports reversed":            {[]string{"proc/sys/net/ipv4/ip_local_port_range", "60500 60000"}, 0, "ip_local_port_range", Warning, "0 ports", "", ""},
		"own ports among them":      {[]string{"proc/sys/net/ipv4/ip_local_port_range", "1024 65535"}, 0, "ip_local_reserved_ports", Warning, "8888, 8889, 9999 among", "", "reserved_ports='8888,8889,9999'"},
		"some reserved": {[]string{"proc/sys/net/ipv4/ip_local_port_range", "1024 65535", "proc/sys/net/ipv4/ip_local_reserved_ports", "5432,8000-8888"}, 0, "ip_local_reserved_ports", Warning,
			"8889, 9999 among", "", "reserved_ports='5432,8000-8888,8889,9999'"},
		"all reserved": {[]string{"proc/sys/net/ipv4/ip_local_port_range", "1024 65535", "proc/sys/net/ipv4/ip_local_reserved_ports", "8888-9999"}, 0, "ip_local_reserved_ports", OK, "", "", ""},

		"short input queue":    {[]string{"proc/sys/net/core/netdev_max_backlog", "300"}, 0, "netdev_max_backlog", Warning, "300", "", "netdev_max_backlog='1000'"},
		"dropped":              {[]string{"proc/self/net/softnet_stat", "01 0000000a 0\n01 00000001 0"}, 0, "netdev_max_backlog", Warning, "11 packets dropped", "", "netdev_max_backlog='2000'"},
		"drops unknown":        {[]string{"proc/self/net/softnet_stat", "-"}, 0, "netdev_max_backlog", CannotTell, "it is 1,000, and whether that was too small", "", ""},
		"short output queue":   {[]string{"proc/sys/net/core/default_qdisc", "pfifo_fast", "sys/class/net/eth0/tx_queue_len", "100"}, 0, "txqueuelen", Warning, "eth0 100", "", "ip link set dev eth0 txqueuelen 1000"},
		"queue of its own":     {[]string{"sys/class/net/eth0/tx_queue_len", "100"}, 0, "txqueuelen", OK, "eth0 100; default_qdisc fq_codel", "", ""},
		"short, and fq":        {[]string{"proc/sys/net/core/default_qdisc", "fq", "sys/class/net/eth0/tx_queue_len", "100"}, 0, "txqueuelen", OK, "", "", ""},
		"short, and cake":      {[]string{"proc/sys/net/core/default_qdisc", "cake", "sys/class/net/eth0/tx_queue_len", "100"}, 0, "txqueuelen", OK, "", "", ""},
		"recycling":            {[]string{"proc/sys/net/ipv4/tcp_tw_recycle", "1"}, 0, "tcp_tw_recycle", Failure, "1", "0", "tcp_tw_recycle='0'"},
		"no recycling":         {[]string{"proc/sys/net/ipv4/tcp_tw_recycle", "0"}, 0, "tcp_tw_recycle", OK, "0 (off)", "", ""},
		"table of connections": {[]string{"proc/sys/net/netfilter/nf_conntrack_max", "15000", "proc/sys/net/netfilter/nf_conntrack_count", "1000"}, 0, "conntrack", Warning, "15,000, of which 1,000", "21,000", "nf_conntrack_max='21000'"},
		"small table":          {[]string{"proc/sys/net/netfilter/nf_conntrack_max", "10999", "proc/sys/net/netfilter/nf_conntrack_count", "1000"}, 0, "conntrack", Failure, "", "", ""},
		"large table":          {[]string{"proc/sys/net/netfilter/nf_conntrack_max", "262144", "proc/sys/net/netfilter/nf_conntrack_count", "1000"}, 0, "conntrack", OK, "", "", ""},

		"not enough memory":          {nil, 2_000_000, "memory", Failure, "16.8 GB of the host", "20.5 GB: 630 MB for the process", "--max-connections 16"},
		"not enough free":            {[]string{"proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable: 100000 kB\nSwapTotal: 0 kB"}, 0, "memory", Warning, "102 MB of it free", "152 MB", "ps -eo rss"},
		"not enough in the group":    {[]string{below + "memory.max", "120000000", below + "memory.current", "0", below + "memory.stat", ""}, 0, "memory", Failure, "120 MB of the control group (/" + below + "memory.max)", "", "MemoryMax=182M"},
		"the group's files can go":   {[]string{below + "memory.max", "200000000", below + "memory.current", "190000000", below + "memory.stat", "inactive_file 150000000"}, 0, "memory", OK, "160 MB of it free", "", ""},
		"the group's files are busy": {[]string{below + "memory.max", "200000000", below + "memory.current", "190000000", below + "memory.stat", "inactive_file 1"}, 0, "memory", Warning, "10 MB of it free", "", ""},
		"half of meminfo":            {[]string{"proc/meminfo", "MemTotal: 16000000 kB"}, 0, "memory", CannotTell, "has no MemTotal or no MemAvailable", "", ""},
		"swap":                       {[]string{"proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable: 15000000 kB\nSwapTotal: 2000000 kB"}, 0, "swap", Note, "2.0 GB; swappiness 60", "", "MemorySwapMax=0"},
		"reluctant swap":             {[]string{"proc/meminfo", "SwapTotal: 2000000 kB", "proc/sys/vm/swappiness", "1"}, 0, "swap", OK, "", "", ""},

		"collector off":           {[]string{"proc/self/environ", "GOGC=off\x00"}, 0, "GOGC", Failure, "GOGC=off", "", "unset GOGC"},
		"collector off by number": {[]string{"proc/self/environ", "GOGC=-1\x00"}, 0, "GOGC", Failure, "GOGC=-1", "", "unset GOGC"},
		"off with a limit":        {[]string{"proc/self/environ", "GOGC=off\x00GOMEMLIMIT=2GiB\x00"}, 0, "GOGC", Note, "", "", ""},
		"off with no real limit":  {[]string{"proc/self/environ", "GOGC=off\x00GOMEMLIMIT=off\x00"}, 0, "GOGC", Failure, "", "", ""},
		"lazy collector":          {[]string{"proc/self/environ", "GOGC=400\x00"}, 0, "GOGC", Note, "GOGC=400", "", ""},
		"GOGC is no number":       {[]string{"proc/self/environ", "GOGC=many\x00"}, 0, "GOGC", Warning, "", "", ""},
		"usual collector":         {[]string{"proc/self/environ", "GOGC=100\x00"}, 0, "GOGC", OK, "", "", ""},
		"limit too low":           {[]string{"proc/self/environ", "GOMEMLIMIT=70MiB\x00"}, 0, "GOMEMLIMIT", Failure, "", "from 79 MB (the process and half of it) to 16.7 GB", ""},
		"limit without sockets":   {[]string{"proc/self/environ", "GOMEMLIMIT=1GiB\x00", below + "memory.max", "1073741824", below + "memory.current", "0", below + "memory.stat", ""}, 0, "GOMEMLIMIT", Warning, "", "the control group (/" + below, ""},
		"limit not understood":    {[]string{"proc/self/environ", "GOMEMLIMIT=1GB\x00"}, 0, "GOMEMLIMIT", Failure, "", "", ""},
		"good limit":              {[]string{"proc/self/environ", "GOMEMLIMIT=512MiB\x00"}, 0, "GOMEMLIMIT", OK, "", "", ""},
		"no memory for any limit": {[]string{"proc/meminfo", "MemTotal: 100000 kB\nMemAvailable: 15000 kB"}, 0, "GOMEMLIMIT", OK, "not set", "there is not enough memory", ""},

		"more loops than the quota":   {[]string{"proc/self/environ", "GOMAXPROCS=4\x00", below + "cpu.max", "150000 100000"}, 0, "GOMAXPROCS", Warning, "4 processors, a quota of 1.5, GOMAXPROCS=4", "2", "unset GOMAXPROCS"},
		"quota that Go minds":         {[]string{below + "cpu.max", "150000 100000"}, 0, "GOMAXPROCS", OK, "4 processors, a quota of 1.5, GOMAXPROCS not set: 2 loops", "", ""},
		"quota of a group above":      {[]string{below + "cpu.max", "max 100000", "sys/fs/cgroup/user.slice/cpu.max", "50000 100000"}, 0, "GOMAXPROCS", Warning, "a quota of 0.5", "", "CPUQuota=200%%"},
		"smaller quota above":         {[]string{below + "cpu.max", "300000 100000", "sys/fs/cgroup/user.slice/cpu.max", "150000 100000"}, 0, "GOMAXPROCS", OK, "a quota of 1.5", "", ""},
		"smaller quota below":         {[]string{below + "cpu.max", "150000 100000", "sys/fs/cgroup/user.slice/cpu.max", "300000 100000"}, 0, "GOMAXPROCS", OK, "a quota of 1.5", "", ""},
		"no quota above":              {[]string{below + "cpu.max", "150000 100000", "sys/fs/cgroup/user.slice/cpu.max", "max 100000"}, 0, "GOMAXPROCS", OK, "a quota of 1.5", "", ""},
		"fewer loops than processors": {[]string{"proc/self/environ", "GOMAXPROCS=1\x00"}, 0, "GOMAXPROCS", Note, "", "", ""},
		"GOMAXPROCS is no number":     {[]string{"proc/self/environ", "GOMAXPROCS=all\x00"}, 0, "GOMAXPROCS", Note, "", "", ""},
		"strange quota":               {[]string{below + "cpu.max", "-5 100000"}, 0, "GOMAXPROCS", CannotTell, "expected a quota and a period", "", ""},

		"slow clock":    {[]string{"sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet"}, 0, "clocksource", Warning, "hpet", "", "echo tsc"},
		"unknown clock": {[]string{"sys/devices/system/clocksource/clocksource0/current_clocksource", "sundial"}, 0, "clocksource", CannotTell, "sundial", "", ""},

		"ListenOverflows":      {[]string{"proc/self/net/netstat", counters("3 0 0 0 0 0 0 0 0")}, 0, "ListenOverflows", Warning, "3 so far", "0", "nstat"},
		"ListenDrops":          {[]string{"proc/self/net/netstat", counters("0 3 0 0 0 0 0 0 0")}, 0, "ListenDrops", Warning, "3 so far", "0", "nstat"},
		"TCPAbortOnMemory":     {[]string{"proc/self/net/netstat", counters("0 0 3 0 0 0 0 0 0")}, 0, "TCPAbortOnMemory", Warning, "3 so far", "0", "dmesg"},
		"TCPMemoryPressures":   {[]string{"proc/self/net/netstat", counters("0 0 0 3 0 0 0 0 0")}, 0, "TCPMemoryPressures", Warning, "3 so far", "0", "tcp_mem"},
		"RcvPruned":            {[]string{"proc/self/net/netstat", counters("0 0 0 0 3 0 0 0 0")}, 0, "RcvPruned", Warning, "3 so far", "0", "ss "},
		"TCPBacklogDrop":       {[]string{"proc/self/net/netstat", counters("0 0 0 0 0 3 0 0 0")}, 0, "TCPBacklogDrop", Warning, "3 so far", "0", "nstat"},
		"TCPTimeWaitOverflow":  {[]string{"proc/self/net/netstat", counters("0 0 0 0 0 0 3 0 0")}, 0, "TCPTimeWaitOverflow", Note, "3 so far", "0", ""},
		"TCPReqQFullDoCookies": {[]string{"proc/self/net/netstat", counters("0 0 0 0 0 0 0 3 0")}, 0, "TCPReqQFullDoCookies", Warning, "3 so far", "0", "somaxconn"},
		"TCPReqQFullDrop":      {[]string{"proc/self/net/netstat", counters("0 0 0 0 0 0 0 0 3")}, 0, "TCPReqQFullDrop", Warning, "3 so far", "0", "tcp_syncookies"},
		"a counter the kernel has not": {[]string{"proc/self/net/netstat", "TcpExt: SyncookiesSent\nTcpExt: 0\n"}, 0, "ListenDrops", CannotTell,
			"/proc/self/net/netstat has no ListenDrops: this kernel does not count it", "", ""},
		"conntrack dropped":  {[]string{"proc/self/net/stat/nf_conntrack", "entries drop early_drop\n01 0a 01\n01 00 00"}, 0, "conntrack-dropped", Warning, "11 so far", "0", "dmesg"},
		"conntrack did not":  {[]string{"proc/self/net/stat/nf_conntrack", "entries drop early_drop\n01 00 00"}, 0, "conntrack-dropped", OK, "0 so far", "0", ""},
		"conntrack's change": {[]string{"proc/self/net/stat/nf_conntrack", "entries lost\n01 00"}, 0, "conntrack-dropped", CannotTell, "has no columns drop", "", ""},
		"half of conntrack":  {[]string{"proc/self/net/stat/nf_conntrack", "entries drop\n01 00"}, 0, "conntrack-dropped", CannotTell, "has no columns drop", "", ""},
		"killed":             {[]string{below + "memory.events", "oom_kill 1"}, 0, "oom-kill", Warning, "1 processes ended so far", "0", "dmesg"},
		"throttled above":    {[]string{below + "cpu.stat", "nr_throttled 7", "sys/fs/cgroup/user.slice/cpu.stat", "nr_throttled 4", "sys/fs/cgroup/cpu.stat", "usage_usec 5"}, 0, "throttled", Warning, "11 times so far", "0", ""},
		"no quota at all":    {[]string{below + "cpu.stat", "usage_usec 1\nuser_usec 1"}, 0, "throttled", OK, "0 times so far", "0", ""},
		"stat is strange":    {[]string{below + "cpu.stat", "what"}, 0, "throttled", CannotTell, "has no nr_throttled", "", ""},
		"killed elsewhere":   {[]string{"sys/fs/cgroup/user.slice/memory.events", "oom_kill 3"}, 0, "oom-kill", OK, "0 processes", "0", ""},
		"conntrack no limit": {[]string{"proc/sys/net/netfilter/nf_conntrack_max", "0", "proc/sys/net/netfilter/nf_conntrack_count", "10"}, 0, "conntrack", OK, "no limit; 10 are in use", "", ""},
		"throttled":          {[]string{below + "cpu.stat", "nr_throttled 7"}, 0, "throttled", Warning, "7 times so far", "0", "systemd-cgtop"},
	} {
		q := question("fine")
		if c.watchers != 0 {
			q.Watchers = c.watchers
		}
		f := find(t, Examine(Host{Files: changed(made(t, "fine"), c.with...)}, q), c.code)
		if f.Severity != c.severity || !strings.Contains(f.Measured, c.measured) || !strings.Contains(f.Needed, c.needed) || !strings.Contains(strings.Join(f.Remedy, "\n"), c.does) {
			t.Errorf("%s: %s is %s: measured %q, needed %q, do %q", name, c.code, f.Severity, f.Measured, f.Needed, f.Remedy)
		}
	}
}

// The kernel's word on the clock counts before a file's.
func TestClockSynchronized(t *testing.T) {
	for name, c := range map[string]struct {
		ok   bool
		err  error
		want Severity
	}{
		"right":        {true, nil, OK},
		"not right":    {false, nil, Warning},
		"cannot ask":   {false, errors.ErrUnsupported, CannotTell},
		"denied, true": {true, errors.ErrUnsupported, CannotTell},
	} {
		h := Host{Files: changed(made(t, "fine"), "run/systemd/timesync/synchronized", "-"), Synchronized: func() (bool, error) { return c.ok, c.err }}
		if f := find(t, Examine(h, question("fine")), "clock-synchronized"); f.Severity != c.want {
			t.Errorf("%s: %s, %s", name, f.Severity, f.Measured)
		}
	}
}

// TLS takes more memory, and nothing else.
func TestTLS(t *testing.T) {
	q := question("fine")
	q.TLS = true
	f := find(t, Examine(Host{Files: made(t, "fine")}, q), "memory")
	if !strings.HasPrefix(f.Needed, "262 MB: 163 MB for the process") {
		t.Error(f.Needed)
	}
}
