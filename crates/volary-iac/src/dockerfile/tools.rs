//! What the command lines of common tools mean: which options take the next word, and who has subcommands.

/// How a tool's arguments are read.
pub(super) struct Tool {
    names: &'static [&'static str],
    /// The first argument that is no option says what is done.
    pub(super) subcommands: bool,
    /// Options whose value is the next word.
    valued: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        names: &["apt-get", "apt", "aptitude"],
        subcommands: true,
        valued: "-t --target-release --default-release -o --option -c --config-file -a --host-architecture",
    },
    Tool {
        names: &["apk"],
        subcommands: true,
        valued: "-X --repository -t --virtual -p --root --arch --keys-dir --repositories-file --wait --cache-dir \
                 --cache-max-age --timeout",
    },
    Tool {
        names: &["yum", "dnf", "dnf5", "microdnf", "tdnf"],
        subcommands: true,
        valued: "-c --config -d -e -x --exclude --installroot --enablerepo --disablerepo --releasever --setopt --repo \
                 --repoid -R --randomwait --color --comment --advisory --forcearch",
    },
    Tool {
        names: &["zypper"],
        subcommands: true,
        valued: "-c --config -D --reposd-dir -C --cache-dir -R --root -r --repo -t --type --from -p --plus-repo \
                 --raw-cache-dir --solv-cache-dir --pkg-cache-dir --installroot",
    },
    Tool {
        names: &["pip", "pip2", "pip3"],
        subcommands: true,
        valued: "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f \
                 --find-links --trusted-host --prefix --root --src --platform --python-version --cache-dir --proxy \
                 --timeout --retries --no-binary --only-binary --log --progress-bar --upgrade-strategy -C \
                 --config-settings --global-option --cert --client-cert -d --dest --abi --implementation --python \
                 --report --group --exists-action",
    },
    Tool {
        names: &["npm"],
        subcommands: true,
        valued: "--prefix -C --registry --cache --loglevel --userconfig -w --workspace --tag --scope --omit --include \
                 --only --fetch-retries --fetch-timeout --fetch-retry-mintimeout --fetch-retry-maxtimeout --maxsockets",
    },
    Tool {
        names: &["yarn", "pnpm", "bun"],
        subcommands: true,
        valued: "--cwd -C --dir --registry --network-timeout --mutex --cache-folder --modules-folder --filter -F \
                 --store-dir --reporter",
    },
    Tool {
        names: &["gem"],
        subcommands: true,
        valued: "-v --version -n --bindir -i --install-dir -s --source -P --trust-policy -p --http-proxy --platform \
                 --config-file",
    },
    Tool {
        names: &["bundle", "bundler", "composer", "poetry", "pipenv", "uv"],
        subcommands: true,
        valued: "--path --gemfile --jobs -j --retry --with --without -d --working-dir --index-url --directory --only",
    },
    Tool {
        names: &["conda", "mamba", "micromamba"],
        subcommands: true,
        valued: "-n --name -c --channel -p --prefix -f --file --solver",
    },
    Tool { names: &["go"], subcommands: true, valued: "-o -ldflags -tags -mod -p -gcflags -asmflags -C -buildmode" },
    Tool {
        names: &["cargo"],
        subcommands: true,
        valued: "--version --git --branch --rev --tag --root --path --target --features -F --registry -j --jobs \
                 --profile --bin --manifest-path --target-dir -p --package",
    },
    Tool {
        names: &["git"],
        subcommands: true,
        valued: "-C -c -b --branch --depth -o --origin --git-dir --work-tree --reference -j --jobs",
    },
    Tool {
        names: &[
            "docker",
            "podman",
            "buildah",
            "kubectl",
            "helm",
            "systemctl",
            "service",
            "snap",
            "brew",
            "choco",
            "rustup",
        ],
        subcommands: true,
        valued: "-n --namespace -f --file -t --tag --context --kubeconfig --platform --build-arg --channel \
                 --default-toolchain --profile",
    },
    Tool {
        names: &["dotnet", "mvn", "gradle", "nuget", "terraform", "openssl", "update-rc.d"],
        subcommands: true,
        valued: "-o -c -f",
    },
    Tool {
        names: &["curl"],
        subcommands: false,
        valued: "-o --output -H --header -d --data --data-binary --data-raw --data-urlencode -X --request -u --user -A \
                 --user-agent -e --referer -b --cookie -c --cookie-jar -w --write-out -m --max-time -T --upload-file \
                 -x --proxy -F --form -E --cert --cacert --capath --key --retry --retry-delay --retry-max-time \
                 --connect-timeout --limit-rate -r --range -y --speed-time -Y --speed-limit --output-dir -K --config \
                 --resolve --tls-max --ciphers --proto --proto-redir -z --time-cond",
    },
    Tool {
        names: &["wget"],
        subcommands: false,
        valued: "-O --output-document -P --directory-prefix -o --output-file -a --append-output -U --user-agent -e \
                 --execute -t --tries -T --timeout -w --wait --header --post-data --user --password --limit-rate -i \
                 --input-file --retry-connrefused-max --ca-certificate",
    },
    Tool {
        names: &["useradd", "adduser", "usermod"],
        subcommands: false,
        valued: "-u --uid -g --gid -G --groups -d --home --home-dir -s --shell -c --comment --gecos -h -k --skel -e \
                 --expiredate --ingroup -p --password -K --key",
    },
    Tool { names: &["groupadd", "addgroup"], subcommands: false, valued: "-g --gid -K --key -p --password" },
    Tool {
        names: &["tar"],
        subcommands: false,
        valued: "-C --directory -f --file --strip-components -X --exclude --transform",
    },
    Tool {
        names: &["ln", "cp", "mv", "install"],
        subcommands: false,
        valued: "-t --target-directory -S --suffix -m --mode -o --owner -g --group",
    },
    Tool { names: &["sed"], subcommands: false, valued: "-e --expression -f --file" },
    Tool { names: &["grep", "egrep"], subcommands: false, valued: "-e --regexp -f --file -m -A -B -C" },
];

/// What is known of a tool. `pip3.11` is read as `pip3`.
pub(super) fn tool(name: &str) -> Option<&'static Tool> {
    let plain = name.split_once('.').map_or(name, |(stem, version)| {
        if version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') { stem } else { name }
    });
    TOOLS.iter().find(|tool| tool.names.contains(&plain))
}

impl Tool {
    /// Whether an option takes the next word as its value.
    pub(super) fn takes_value(&self, option: &str) -> bool {
        self.valued.split_ascii_whitespace().any(|valued| valued == option)
    }
}
