-- The health of WasmTools, CapabilityPolicies and ClusterCapabilityPolicies.
-- https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#custom-health-checks
local health = {status = "Progressing", message = "the operator has not come to this yet"}

local function condition(name)
  if obj.status ~= nil and obj.status.conditions ~= nil then
    for _, one in ipairs(obj.status.conditions) do
      if one.type == name then
        return one
      end
    end
  end
  return {status = "Unknown", message = ""}
end

if obj.metadata.deletionTimestamp ~= nil then
  health.message = "it is being deleted"
  return health
end
-- A status about an older spec says nothing about this one.
if obj.status == nil or obj.status.observedGeneration == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return health
end

local ready, reconciling, stalled = condition("Ready"), condition("Reconciling"), condition("Stalled")
if stalled.status == "True" then
  -- Also where the version before goes on serving: what the repository says is not what runs.
  health.status = "Degraded"
  health.message = stalled.message
elseif ready.status == "False" then
  -- Ready is Unknown, and not False, while a tool starts or is rolled out: False is something broken.
  health.status = "Degraded"
  health.message = ready.message
elseif reconciling.status == "True" then
  health.message = reconciling.message
elseif ready.status == "True" then
  health.status = "Healthy"
  health.message = ready.message
  if obj.spec.component ~= nil and obj.spec.component.oci ~= nil and obj.spec.component.oci.suspend then
    health.message = health.message .. "; it stays at this version, since spec.component.oci.suspend is true"
  end
end
return health
