namespace Tapedeck.Policy.Specs;

/// <summary>The operators of label selectors.</summary>
public enum LabelOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
