"""The job array of scenarios/cluster on a real Slurm: controller, node and munge are started here, on this machine, in
a folder of their own, and end with the test.  `make check-slurm`."""
import getpass
import os
import pathlib
import shutil
import socket
import subprocess
import time

import h5py
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DTSIM = str((ROOT / os.environ.get("DTSIM", "build/dtsim")).resolve())
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")

CONF = """ClusterName=trial
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1
KillWait=2
MessageTimeout=30
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=10
"""

SCENARIO = """-- How rarely may four workers take the mean?
local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 }, workers = 4,
  data = { "gaussian", rows = 400, test = 100, columns = 20, classes = 3 }, model = "softmax",
  strategy = { "localsgd", period = dt.sweep { 1, 2, 5, 10 } },
  seeds = 3, stop = { steps = 200 },
  claims = { ["there are twelve"] = function(results) return #results == 12 end },
}
"""


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


class Slurm:
    def __init__(self, folder):
        self.folder = folder
        self.env = {**os.environ, "PATH": PATH, "SLURM_CONF": str(folder / "slurm.conf"), "DTSIM": DTSIM}
        self.daemons = []
        for name in ("state", "spool"):
            (folder / name).mkdir()
        (folder / "munge.key").write_bytes(os.urandom(128))
        (folder / "munge.key").chmod(0o600)
        (folder / "slurm.conf").write_text(CONF.format(host=socket.gethostname().split(".")[0], user=getpass.getuser(),
                                                       folder=folder, ports=free_ports(2), cores=os.cpu_count()))

    def daemon(self, *words):
        log = open(self.folder / f"{words[0]}.out", "w")
        self.daemons.append(subprocess.Popen(words, env=self.env, stdout=log, stderr=log, cwd=self.folder))

    def start(self):
        at = str(self.folder)
        self.daemon("munged", "--foreground", "--force", f"--key-file={at}/munge.key", f"--socket={at}/munge.socket",
                    f"--pid-file={at}/munge.pid", f"--log-file={at}/munge.log", f"--seed-file={at}/munge.seed")
        self.until(lambda: (self.folder / "munge.socket").exists())
        self.daemon("slurmctld", "-D", "-i", "-f", f"{at}/slurm.conf")
        self.daemon("slurmd", "-D", "-f", f"{at}/slurm.conf")
        self.until(lambda: "State=IDLE" in self.call("scontrol", "show", "node", check=False))

    def call(self, *words, check=True):
        done = subprocess.run(words, env=self.env, capture_output=True, text=True, cwd=self.folder)
        assert not check or done.returncode == 0, (words, done.stderr)
        return done.stdout

    def until(self, what, seconds=60):
        end = time.monotonic() + seconds
        while not what():
            dead = [d.args[0] for d in self.daemons if d.poll() is not None]
            assert not dead and time.monotonic() < end, (dead, self.logs())
            time.sleep(0.1)

    def logs(self):
        return {p.name: p.read_text(errors="replace")[-2000:] for p in self.folder.glob("*.log")}

    def idle(self):
        return self.call("squeue", "--noheader", check=False).strip() == ""

    def stop(self):
        """Jobs first, so that none outlives its daemons; then these, the newest first."""
        self.call("scancel", "--user", getpass.getuser(), check=False)
        end = time.monotonic() + 15
        while not self.idle() and time.monotonic() < end:
            time.sleep(0.1)
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


@pytest.fixture
def slurm(tmp_path):
    missing = [name for name in NEEDED if shutil.which(name, path=PATH) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed (Debian: slurm-wlm)")
    os.chmod(tmp_path, 0o755)
    cluster = Slurm(tmp_path)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def fingerprint(path):
    with h5py.File(path) as f:
        return f.attrs["fingerprint"]


def test_a_job_array_leaves_the_file_of_the_whole_sweep(slurm):
    """One of its tasks is cancelled, and repeated alone before the merge."""
    at = slurm.folder
    (at / "trial.lua").write_text(SCENARIO)
    slurm.call(DTSIM, "run", "trial.lua", "-o", "whole.h5", "--quiet")
    array, merge = ROOT / "scenarios/cluster/array.sh", ROOT / "scenarios/cluster/merge.sh"
    job = slurm.call("sbatch", "--parsable", "--array=1-4", array, "trial.lua", "out").strip()
    slurm.call("scancel", f"{job}_2")
    slurm.env["SHARDS"] = "4"
    again = slurm.call("sbatch", "--parsable", "--array=2", array, "trial.lua", "out").strip()
    merge = slurm.call("sbatch", "--parsable", f"--dependency=afterany:{job}:{again}", merge, "out").strip()
    slurm.until(slurm.idle, 120)
    log = (at / f"dtsim-merge-{merge}.log").read_text()
    assert "held  : there are twelve" in log, log
    assert sorted(p.name for p in at.glob("out*")) == ["out.1of4.h5", "out.2of4.h5", "out.3of4.h5", "out.4of4.h5", "out.h5"]
    assert fingerprint(at / "out.h5") == fingerprint(at / "whole.h5")
    assert "equal" in slurm.call(DTSIM, "diff", "out.h5", "whole.h5")
