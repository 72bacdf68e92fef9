# The image GitHub builds for the action. The digest is that of a multi-platform index; Dependabot moves it.
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS base

FROM base AS git
COPY tools/image_build/git.py /build/
# git has no version here: the base decides the release, and security updates must get in.
# hadolint ignore=DL3008
RUN dpkg-query --show > /build/before.txt \
    && apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -I /build/git.py /build/before.txt /taken

FROM base AS packages
COPY requirements/runtime.txt requirements/bodies.txt tools/image_build/packages.py /build/
# One package for bodies has no wheel. The base image's setuptools build it, so that nothing unpinned is loaded.
RUN python3 -m pip install --no-cache-dir --no-compile --require-hashes \
    --only-binary :all: --no-binary panther-detection-helpers --no-build-isolation \
    --target /taken/opt/panther-ci/packages --requirement /build/runtime.txt --requirement /build/bodies.txt
# The runners give up root before they read any of this, whatever umask the checkout had. Sets of strings are
# written in the order of their hashes, which must not differ from build to build.
RUN python3 -I /build/packages.py /taken/opt/panther-ci/packages \
    && PYTHONHASHSEED=0 python3 -m compileall -q --invalidation-mode unchecked-hash \
        -s /taken /taken/opt/panther-ci \
    && chmod -R a+rX /taken

FROM base AS program
COPY entrypoint.py LICENSE /taken/opt/panther-ci/
COPY panther_ci /taken/opt/panther-ci/panther_ci
RUN PYTHONHASHSEED=0 python3 -m compileall -q --invalidation-mode unchecked-hash \
        -s /taken /taken/opt/panther-ci \
    && chmod -R a+rX /taken

FROM base
LABEL org.opencontainers.image.title="panther-ci" \
      org.opencontainers.image.description="Validates, tests and deploys Panther detections" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11-slim-bookworm"
# What changes least comes first: most releases change the last layer only, the smallest.
COPY --from=git /taken /
COPY --from=packages /taken /
COPY --from=program /taken /
# GitHub starts actions as root in the workspace; -I keeps modules of the pull request from being imported.
# It also has Python ignore PYTHON* variables, so what they would say stands here: -u and -B.
ENTRYPOINT ["python", "-I", "-u", "-B", "/opt/panther-ci/entrypoint.py"]
