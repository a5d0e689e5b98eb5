"""Mutants against suites; see `run`, which prepares what this needs and starts it."""
import json, os, re, shutil, subprocess, sys, tempfile, time, tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PLACE, WANTED = Path(sys.argv[1]), sys.argv[2:]
TREE, BUILD = PLACE / "tree", PLACE / "build"
BINARY = BUILD / "debug" / "poolsmith"
PAGE = ROOT / "docs" / "conformance.md"
BEGIN, END = "<!-- mutants: written by tests/mutants/run -->\n", "<!-- end of the mutants -->\n"
ENVIRONMENTS = ["prod", "dev"]
UNGUARDED = "POOLSMITH_MUTANT_UNGUARDED"

# In the copy alone: with the variable set, the renderer's own checks keep silent, so that the suites behind
# them get to see what the mutant writes.
SILENCED = [
    ("src/pipeline.rs", "        guard::run(", f'        if std::env::var_os("{UNGUARDED}").is_none() {{ guard::run('),
    ("src/pipeline.rs", "committed.objects.as_ref()), &mut told);\n        is_committed",
     "committed.objects.as_ref()), &mut told); }\n        is_committed"),
    ("src/write/manifest.rs", "    let read = yaml::verify_in_parts(&written);\n",
     f'    let silenced = std::env::var_os("{UNGUARDED}").is_some();\n'
     "    let read = yaml::verify_in_parts(&written).into_iter().map(|read| if silenced { Ok(()) } else { read });\n"),
]

# A string that YAML 1.1 takes for a boolean, which the sample has no use for.
AWKWARD = """\
apiVersion: poolsmith.dev/v1alpha1
kind: ClusterPools
pools: {build-burst: {nodeLabels: {example.com/on-call: "on"}}}
"""

SUITES = {
    "own": "own checks",
    "golden": "golden bytes",
    "schemas": "CRD schemas",
    "webhooks": "machine-api",
    "autoscaler": "autoscaler",
    "go": "Go readers",
    "kubectl": "kubectl",
    "pyyaml": "PyYAML",
}


def stop(message):
    sys.exit(f"mutants: {message}")


def replaced(text, search, replace, what):
    if text.count(search) != 1:
        stop(f"{what} no longer applies: its text stands {text.count(search)} times, not once; mend tests/mutants")
    return text.replace(search, replace)


def write(path, data):
    """Writes what differs, so that an incremental build sees only that as new."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def copy_tree():
    listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    names = [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    texts = {name: (ROOT / name).read_bytes() for name in names}
    for name, search, replace in SILENCED:
        texts[name] = replaced(texts[name].decode(), search, replace, f"what silences {name}").encode()
    for path in [path for path in TREE.rglob("*") if path.is_file()]:
        if str(path.relative_to(TREE)) not in texts:
            path.unlink()
    for name, data in texts.items():
        write(TREE / name, data)
    return texts


def build(name):
    environment = {**os.environ, "CARGO_TARGET_DIR": str(BUILD)}
    done = subprocess.run(["cargo", "build", "--quiet", "--locked", "--bin", "poolsmith",
                           # For a shorter build, without a change to what the dependencies were built with.
                           "--config", "profile.dev.package.poolsmith.debug=0"], cwd=TREE, env=environment,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode:
        stop(f"`{name}` does not compile:\n{done.stderr}")


def make_project(place):
    """The sample with the awkward string, without anything rendered. Not below the repository, which is a
    project itself."""
    for entry in ["values", "provider-specs", "quotas", "templates"]:
        shutil.copytree(ROOT / entry, place / entry)
    text = (ROOT / "poolsmith.yaml").read_text()
    layers = "values: [values/common.yaml, values/prod.yaml]"
    text = replaced(text, layers, layers[:-1] + ", values/mutants.yaml]", "the layer of the awkward string")
    (place / "poolsmith.yaml").write_text(text)
    (place / "values" / "mutants.yaml").write_text(AWKWARD)
    return place


def poolsmith(place, *arguments, unguarded=False):
    environment = {key: value for key, value in os.environ.items() if key != UNGUARDED}
    if unguarded:
        environment[UNGUARDED] = "1"
    return subprocess.run([BINARY, *arguments], cwd=place, env=environment, capture_output=True, text=True)


def own_checks(guarded):
    """The codes with which the renderer itself refuses to write anything, if it does."""
    codes = set()
    for arguments in [*(["--env", name] for name in ENVIRONMENTS), ["--all", "--out"]]:
        done = poolsmith(guarded, "render", *arguments)
        if done.returncode:
            codes.update(re.findall(r"^error\[(\w+)\]", done.stderr, re.MULTILINE) or [f"exit {done.returncode}"])
    # What is committed would be compared with the next mutant's.
    shutil.rmtree(guarded / "golden", ignore_errors=True)
    return codes


def files_of(place):
    return {str(path.relative_to(place)): path.read_text() for path in sorted((place / "golden").rglob("*.yaml"))}


def kubectl(text):
    done = subprocess.run(["kubectl", "annotate", "--local", "-f", "-", "added=x", "-o", "json"], input=text,
                          capture_output=True, text=True)
    if done.returncode:
        return None
    objects, decoder, rest = [], json.JSONDecoder(), done.stdout.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        objects += value["items"] if value["kind"] == "List" else [value]
        rest = rest[end:].strip()
    for value in objects:
        value["metadata"].get("annotations", {}).pop("added", None)
    return objects


def pyyaml(text):
    try:
        return [value for value in yaml.load_all(text, yaml.CSafeLoader) if value is not None]
    except yaml.YAMLError:
        return None


def same(trees, read):
    """By kind and name, since a reader has an order of its own; Python's own `==` takes 1 for true."""
    shown = lambda values: sorted(json.dumps(value, sort_keys=True, default=repr) for value in values)
    return read is not None and shown(trees) == shown(read)


def judges(project):
    """What the conformance suite refuses of the rendered files, judge by judge."""
    environment = {**os.environ, "CI": "true", "POOLSMITH_BIN": str(BINARY), UNGUARDED: "1"}
    tests = "^Test(EveryReader|ReadersSee|SchemasKeep|MachineAPIAdmits|AutoscalerWebhooksAdmit|MachineAutoscalersReach)"
    done = subprocess.run([PLACE / "conformance.test", "-test.v", f"-test.run={tests}"], cwd=project / "conformance",
                          env=environment, capture_output=True, text=True)
    seen = dict(re.findall(r"^conformance: (.*): \d+ objects, (\d+) refused$", done.stdout, re.MULTILINE))
    refused = lambda *names: any(int(seen.get(name, 0)) for name in names)
    passed = re.findall(r"^--- PASS: (\w+)", done.stdout, re.MULTILINE)
    readers = {"TestEveryReaderSeesTheSameTree", "TestReadersSeeTheRenderersTree"}
    verdicts = {
        "schemas": refused("custom resource schemas", "built-in types"),
        "webhooks": refused("machine-api webhooks"),
        "autoscaler": refused("cluster-autoscaler-operator webhooks", "machine autoscaler controller"),
        "go": not readers <= set(passed),
    }
    if done.returncode and not any(verdicts.values()):
        stop(f"the conformance suite fails in a way that no verdict tells:\n{done.stdout}{done.stderr}")
    return verdicts


def verdicts(guarded, project, clean):
    shutil.rmtree(project / "golden", ignore_errors=True)
    told = {"own": own_checks(guarded)}
    done = poolsmith(project, "render", "--all", "--out", unguarded=True)
    files = files_of(project)
    if done.returncode or not files:
        # What cannot be written even so, no suite behind the renderer can see.
        return told | {"golden": True} | dict.fromkeys(list(SUITES)[2:])
    told["golden"] = clean is not None and files != clean
    trees, text = [], "---\n".join(files.values())
    for name in ENVIRONMENTS:
        trees += json.loads(poolsmith(project, "render", "--env", name, "--format", "json", unguarded=True).stdout)
    told |= judges(project)
    told["kubectl"] = not same(trees, kubectl(text))
    told["pyyaml"] = not same(trees, pyyaml(text))
    return told


def cell(verdict):
    if verdict is None:
        return "–"
    if isinstance(verdict, set):
        return ", ".join(sorted(verdict)) or "·"
    return "caught" if verdict else "·"


def row(mutant, told):
    return f"| {mutant['name']}: {mutant['fault']} | " + " | ".join(cell(told[suite]) for suite in SUITES) + " |"


def compare_page(mutants, rows):
    """Holds the page's table against `rows`, by name of mutant; what was not run stands as it is."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    written, found, after = rest.partition(END)
    if not found:
        stop(f"{PAGE} has no place for the table")
    head = ["mutant", *SUITES.values()]
    table = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for mutant in mutants:
        old = [line for line in written.splitlines() if line.startswith(f"| {mutant['name']}: ")]
        table += [rows[mutant["name"]]] if mutant["name"] in rows else old
    fresh = before + BEGIN + "\n" + "\n".join(table) + "\n\n" + END + after
    if fresh != page and os.environ.get("POOLSMITH_BLESS"):
        PAGE.write_text(fresh)
    elif fresh != page:
        stop(f"the table differs from the one in {PAGE.relative_to(ROOT)}; look why, then POOLSMITH_BLESS=1 tests/mutants/run")


def main():
    with tempfile.TemporaryDirectory() as directory:
        run(Path(directory))


def run(directory):
    started = time.monotonic()
    mutants = tomllib.loads((ROOT / "tests/mutants/mutants.toml").read_text())["mutant"]
    texts = copy_tree()
    mutated = {}
    for mutant in mutants:
        text = texts.get(mutant["file"], b"").decode()
        mutated[mutant["name"]] = replaced(text, mutant["search"], mutant["replace"], f"the mutant `{mutant['name']}`")
    chosen = [mutant for mutant in mutants if not WANTED or any(word in mutant["name"] for word in WANTED)]
    if not chosen:
        stop("no mutant has such a name")

    build("the renderer as it is")
    guarded, project = make_project(directory / "guarded"), make_project(directory / "project")
    shutil.copytree(ROOT / "conformance" / "testdata", project / "conformance" / "testdata")
    untouched = verdicts(guarded, project, None)
    if any(untouched.values()) or None in untouched.values():
        stop(f"the renderer as it is does not pass: {untouched}")
    clean = files_of(project)
    print(f"mutants: the renderer as it is passes every suite ({time.monotonic() - started:.0f} s)", flush=True)

    rows, survivors, bytes_alone, building = {}, [], [], 0.0
    for mutant in chosen:
        name, path = mutant["name"], TREE / mutant["file"]
        before = time.monotonic()
        write(path, mutated[name].encode())
        build(name)
        building += time.monotonic() - before
        told = verdicts(guarded, project, clean)
        write(path, texts[mutant["file"]])
        rows[name] = row(mutant, told)
        caught = [suite for suite in SUITES if told[suite]]
        if not caught:
            survivors.append(name)
        elif caught == ["golden"]:
            bytes_alone.append(name)
        print(f"  {time.monotonic() - before:5.1f} s  {name:<28} {', '.join(caught) or 'SURVIVES'}"
              f"{'  ' + cell(told['own']) if told['own'] else ''}", flush=True)

    if survivors:
        stop(f"{len(survivors)} of {len(chosen)} survive: {', '.join(survivors)}")
    compare_page(mutants, rows)
    print(f"mutants: {len(chosen)} of {len(chosen)} caught, {len(chosen) - len(bytes_alone)} of them by more than the golden "
          f"bytes, {time.monotonic() - started:.0f} s, of which {building:.0f} s building")


main()
