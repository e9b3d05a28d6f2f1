#!/bin/sh
# A script as kube-fencing knows them: $1 is the node's name, exit code 0 means "I did it". evenkeel starts it for `reboot`
# and for nothing else, and does not take its word: the node's new bootID is the proof.
set -eu
. "${FENCE_PARAM_OPENRC:-/etc/evenkeel/openstack/openrc-file}"
exec openstack server reboot --hard --wait -- "$1"
