"""A real SLURM of one node, for the tests: its daemons on free ports, without accounting, ended with the test."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
MUNGE_FILES = {"socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
CONF = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=100000
MpiDefault=none
ReturnToService=2
KillWait=20
MaxArraySize={max_array_size}
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=60 State=UP
"""


def missing() -> str:
    """Return why no SLURM can be started here, "" if one can."""
    absent = [name for name in PROGRAMS if shutil.which(name, path=search_path()) is None]
    if absent:
        return f"needs SLURM; not installed: {', '.join(absent)}"
    return "" if os.geteuid() == 0 else "needs root, to start SLURM's daemons"


def search_path() -> str:
    """Return where programs lie, those of a superuser too."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


@contextmanager
def running_slurm(folder: Path, *, cpus: int = 2, max_array_size: int = 1001) -> Iterator[Path]:
    """Run the daemons while the block runs, and yield the file that SLURM_CONF is to name."""
    folder.mkdir(mode=0o755, parents=True)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o600)
    control_port, node_port = free_ports(2)
    conf = folder / "slurm.conf"
    conf.write_text(
        CONF.format(
            host=socket.gethostname().partition(".")[0],
            folder=folder,
            control_port=control_port,
            node_port=node_port,
            cpus=cpus,
            max_array_size=max_array_size,
        )
    )
    commands = (
        [
            "munged",
            "--foreground",
            "--force",
            f"--key-file={key}",
            *(f"--{what}={folder}/munge.{ending}" for what, ending in MUNGE_FILES.items()),
        ],
        ["slurmctld", "-D", "-f", str(conf)],
        ["slurmd", "-D", "-f", str(conf)],
    )
    environment = {**os.environ, "SLURM_CONF": str(conf), "PATH": search_path()}
    daemons: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            with (folder / f"{command[0]}.out").open("wb") as output:
                daemons.append(subprocess.Popen(command, env=environment, stdout=output, stderr=output))
            time.sleep(0.5 if command[0] == "munged" else 0.0)
        _wait_until_idle(folder, environment)
        yield conf
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in daemons:
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()


def _wait_until_idle(folder: Path, environment: dict[str, str], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        shown = subprocess.run(
            ["sinfo", "--noheader", "--format=%T"], env=environment, capture_output=True, text=True
        )
        if shown.stdout.strip() == "idle":
            return
        if time.monotonic() > deadline:
            logs = "\n".join(file.read_text()[-2000:] for file in folder.glob("*.log"))
            raise AssertionError(f"SLURM did not come up: {shown.stdout} {shown.stderr}\n{logs}")
        time.sleep(0.2)


def free_ports(n: int) -> list[int]:
    """Return ports that nobody uses."""
    sockets = [socket.socket() for _ in range(n)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
