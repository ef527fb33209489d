namespace Tapedeck.Policy.Specs;

public enum KeySourceKind
{
    Value,
    Secret,
    ConfigMap,
}
