# A Slurm of two nodes on this machine, with a folder, a key and ports of its own: one that runs here already is not
# touched. To be sourced; needs root and Debian's munge, slurmctld, slurmd and slurm-client.

# slurm_start FOLDER: returns when both nodes take jobs; sets SLURM_CONF for the client commands. Everybody may pass
# through the folders above FOLDER, or munged refuses them.
slurm_start() {
    slurm_folder=$1
    export SLURM_CONF=$slurm_folder/slurm.conf
    mkdir -p "$slurm_folder"/{munge,state,spool,log}
    chmod 711 "$slurm_folder" "$slurm_folder/munge"
    slurm_configure > "$SLURM_CONF"
    echo "CgroupPlugin=cgroup/v1" > "$slurm_folder/cgroup.conf"

    dd if=/dev/urandom of="$slurm_folder/munge/key" bs=1024 count=1 status=none
    chmod 400 "$slurm_folder/munge/key"
    slurm_daemon munge munged --foreground --num-threads=2 --socket="$slurm_folder/munge/socket" \
        --key-file="$slurm_folder/munge/key" --pid-file="$slurm_folder/munge/pid" \
        --log-file="$slurm_folder/log/munged" --seed-file="$slurm_folder/munge/seed"
    slurm_wait "munged" test -S "$slurm_folder/munge/socket"
    slurm_daemon slurmctld slurmctld -D -i
    slurm_wait "slurmctld" scontrol ping
    slurm_daemon n1 slurmd -D -N n1
    slurm_daemon n2 slurmd -D -N n2
    slurm_wait "nodes" slurm_are_idle
}

# slurm_stop: ends the jobs, then the daemons, and waits for them.
slurm_stop() {
    local pid
    if [ -n "${slurm_daemons[*]}" ]; then scancel --user=root 2> /dev/null || true; fi
    # The nodes first, so that they end their jobs; the keeper of the key last.
    for ((i = ${#slurm_daemons[@]} - 1; i >= 0; i--)); do
        pid=${slurm_daemons[i]}
        kill "$pid" 2> /dev/null || true
        wait "$pid" 2> /dev/null || true
    done
    slurm_daemons=()
}

slurm_daemons=()

slurm_daemon() {
    local name=$1
    shift
    "$@" > "$slurm_folder/log/$name.out" 2>&1 &
    slurm_daemons+=($!)
}

slurm_are_idle() {
    [ "$(sinfo --noheader --Node --format='%N %t' 2> /dev/null)" = $'n1 idle\nn2 idle' ]
}

# slurm_wait WHAT COMMAND…: until it succeeds; half a minute at most.
slurm_wait() {
    local what=$1
    shift
    for _ in {1..150}; do
        if "$@" > /dev/null 2>&1; then return; fi
        sleep 0.2
    done
    echo "Slurm's $what did not start:" >&2
    tail -n 5 "$slurm_folder"/log/* >&2
    return 1
}

# A node is one processor of this machine, whatever it has: two jobs at a time, one on each node.
slurm_configure() {
    local host ports
    host=$(hostname)
    ports=($(slurm_free_ports 3))
    cat << END
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$slurm_folder/munge/socket,cred_expire=6
StateSaveLocation=$slurm_folder/state
SlurmdSpoolDir=$slurm_folder/spool/%n
SlurmctldPidFile=$slurm_folder/slurmctld.pid
SlurmdPidFile=$slurm_folder/slurmd-%n.pid
SlurmctldLogFile=$slurm_folder/log/slurmctld
SlurmdLogFile=$slurm_folder/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MpiDefault=none
ReturnToService=2
MinJobAge=3600
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=${ports[1]} CPUs=1
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=${ports[2]} CPUs=1
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
END
}

# slurm_free_ports COUNT: ports that nobody listens at, below those that the system gives to whoever asks for any.
slurm_free_ports() {
    local port=$((20000 + RANDOM % 10000)) found=0
    while ((found < $1)); do
        if ! (: > "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
            echo "$port"
            found=$((found + 1))
        fi
        port=$((port + 1))
    done
}
