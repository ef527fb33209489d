namespace Tapedeck.Components.Validation;

internal enum ScopeKind : byte
{
    Component,
    ComponentType,
    InstanceType,
}
