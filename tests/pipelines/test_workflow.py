"""Runs the workflow of docs/pipelines with the program, kills jobs and Snakemake, resumes, and compares
the results with those of single runs.

Environment: RMLOCNET_CLI (the program) and SNAKEMAKE (its full path). The last line has the counts.
"""

import contextlib
import gzip
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = str(Path(os.environ["RMLOCNET_CLI"]).resolve())
SNAKEMAKE = os.environ["SNAKEMAKE"]
MODEL = ROOT / "models/human-snorna.safetensors"
SHARDS = 3
# After this time in seconds, something hangs.
PATIENCE = 120

# Stands for the program. The first time, it kills the job of one shard of the prediction, and stops
# that of one shard of the evaluation until somebody kills it.
STAND_IN = """#!/usr/bin/env bash
echo "$*" >>calls
case "$*" in
  predict*" --shard 2/3 "*) signal=KILL mark=killed ;;
  evaluate*" --shard 3/3"*) signal=STOP mark=stopped ;;
  *) exec PROGRAM "$@" ;;
esac
if [ -e "$mark" ]; then exec PROGRAM "$@"; fi
PROGRAM "$@" &
kill -$signal $!
echo "$!" >"$mark"
wait $!
"""

SETTINGS = "hidden_units = 8\nembedding_dim = 8\nattention_dim = 4\nbatch_size = 8\n"
OPTIONS = "--preset human-snorna-paper --config settings.toml --epochs 2 --folds 3 --seeds 2 --shuffled"

CONFIG = f"""
program: ./rmlocnet
predict:
  model: {MODEL}
  inputs: [rnas.fa.gz, more.fa]
  shards: {SHARDS}
evaluate:
  data: labelled.fa
  shards: {SHARDS}
  options: {OPTIONS} --no-baselines
  files: [settings.toml]
"""


def sequence(numbers, letters):
    return "".join(numbers.choice(letters) for _ in range(numbers.randrange(20, 60)))


def rnas(count, seed):
    """FASTA of RNAs, one of which cannot be read."""
    numbers = random.Random(seed)
    text = "".join(f">rna{i}\n{sequence(numbers, 'ACGU')}\n" for i in range(count))
    return text + ">bad\nACGU!\n"


def labelled(count):
    """FASTA of labelled RNAs."""
    numbers = random.Random(3)
    kinds = [("Nucleus", "UUUUACG"), ("Cytoplasm", "GGGGACU")]
    kind = lambda i: kinds[i % 2]
    record = lambda i: f">rna{i} [location={kind(i)[0]}]\n{sequence(numbers, kind(i)[1])}\n"
    return "".join(record(i) for i in range(count))


class WorkflowTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "rnas.fa.gz").write_bytes(gzip.compress(rnas(40, 1).encode()))
        (self.folder / "more.fa").write_text(rnas(5, 2))
        (self.folder / "labelled.fa").write_text(labelled(24))
        (self.folder / "settings.toml").write_text(SETTINGS)
        (self.folder / "config.yaml").write_text(CONFIG)

    def command(self, *arguments):
        workflow = ["--snakefile", str(ROOT / "docs/pipelines/Snakefile"), "--configfile", "config.yaml"]
        return [SNAKEMAKE, *workflow, "--cores", "2", *arguments]

    def snakemake(self, *arguments):
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def program(self, *arguments):
        """The bytes that a single run of the program prints."""
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, capture_output=True, timeout=PATIENCE)

    def result(self, name):
        return (self.folder / "results" / name).read_bytes()

    def calls(self, subcommand):
        """How often each shard of a subcommand was started."""
        lines = (self.folder / "calls").read_text().splitlines()
        lines = [line for line in lines if line.startswith(subcommand)]
        return [sum(f"--shard {n}/{SHARDS}" in line for line in lines) for n in range(1, SHARDS + 1)]

    def test_a_workflow_whose_jobs_were_killed_is_resumed_to_the_bytes_of_single_runs(self):
        stand_in = self.folder / "rmlocnet"
        stand_in.write_text(STAND_IN.replace("PROGRAM", f"'{PROGRAM}'"))
        stand_in.chmod(0o755)
        self.run_and_kill()
        left = {path.name for path in (self.folder / "results").rglob("*") if path.is_file()}
        self.assertNotIn("predictions.tsv", left)
        self.assertNotIn("2-of-3.tsv", left)
        self.assertNotIn("3-of-3.done", left)

        self.snakemake("--unlock")
        self.snakemake("--rerun-incomplete")
        predicted = self.program("predict", "--model", str(MODEL), "rnas.fa.gz", "more.fa")
        self.assertEqual(predicted.returncode, 1, "a record cannot be read")
        self.assertEqual(self.result("predictions.tsv"), predicted.stdout)
        options = [*OPTIONS.split(), "--no-baselines", "--data", "labelled.fa", "--work", "alone", "--json"]
        evaluated = self.program("evaluate", *options)
        self.assertEqual(evaluated.returncode, 0, evaluated.stderr)
        self.assertEqual(self.result("report.json"), evaluated.stdout)
        # What was finished is not repeated.
        self.assertEqual(self.calls("predict"), [1, 2, 1])
        self.assertEqual(self.calls("evaluate"), [1, 1, 2])
        self.assertIn("Nothing to be done", self.snakemake())

    def run_and_kill(self):
        """Starts the workflow, and kills Snakemake and all its jobs when nothing is left to do but the
        job that is stopped."""
        log = (self.folder / "log").open("w+")
        self.addCleanup(log.close)
        running = subprocess.Popen(
            self.command("--keep-going"), cwd=self.folder, stdout=log, stderr=log, start_new_session=True
        )
        results = self.folder / "results"
        waited_for = [self.folder / "killed", self.folder / "stopped"]
        waited_for += [results / f"shards/{n}-of-3.tsv" for n in (1, 3)]
        waited_for += [results / f"folds/{n}-of-3.done" for n in (1, 2)]
        end = time.monotonic() + PATIENCE
        try:
            while not all(path.exists() for path in waited_for):
                self.assertIsNone(running.poll(), Path(log.name).read_text())
                self.assertLess(time.monotonic(), end, Path(log.name).read_text())
                time.sleep(0.1)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def main():
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(
        unittest.defaultTestLoader.loadTestsFromTestCase(WorkflowTest)
    )
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} {failed}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
