#!/bin/sh
# One-shot: the namespace with its retention, and the search attributes of workflows/protocol.ts. Can be repeated.
set -eu
until temporal operator cluster health; do sleep 1; done
temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention "$RETENTION"

is_there() {
  temporal operator search-attribute list -n "$TEMPORAL_NAMESPACE" 2>/dev/null | grep -qw "$1"
}
# The frontend learns of a new namespace some seconds after it was made, and says until then that there is none.
add() {
  tries=60
  until is_there "$1" || temporal operator search-attribute create -n "$TEMPORAL_NAMESPACE" --name "$1" --type "$2"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 1
  done
}
for attribute in RegistrationStatus=Keyword ElectionId=Keyword Governorate=Keyword Round=Int WaitingSince=Datetime; do
  add "${attribute%=*}" "${attribute#*=}"
done
# The workers start when this has ended: they must find both.
for attribute in RegistrationStatus ElectionId Governorate Round WaitingSince; do
  until is_there "$attribute"; do sleep 1; done
done
