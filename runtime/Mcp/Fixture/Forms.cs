namespace Tapedeck.Mcp.Fixture;

/// <summary>Elicitations with every kind of field.</summary>
internal static class Forms
{
    internal const string Defaults = """
        {"method":"elicitation/create","params":{"mode":"form","message":"Please check these values","requestedSchema":{"type":"object","properties":{
          "name":{"type":"string","description":"Name","default":"John Doe"},
          "age":{"type":"integer","description":"Age","default":30},
          "score":{"type":"number","description":"Score","default":95.5},
          "status":{"type":"string","description":"Status","enum":["active","inactive","pending"],"default":"active"},
          "verified":{"type":"boolean","description":"Verified","default":true}},
        "required":[]}}}
        """;

    internal const string Choices = """
        {"method":"elicitation/create","params":{"mode":"form","message":"Please choose","requestedSchema":{"type":"object","properties":{
          "untitledSingle":{"type":"string","description":"One of these","enum":["option1","option2","option3"]},
          "titledSingle":{"type":"string","description":"One of these","oneOf":[
            {"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
          "legacyEnum":{"type":"string","description":"One of these","enum":["opt1","opt2","opt3"],
            "enumNames":["Option One","Option Two","Option Three"]},
          "untitledMulti":{"type":"array","description":"Some of these","minItems":1,"maxItems":3,
            "items":{"type":"string","enum":["option1","option2","option3"]}},
          "titledMulti":{"type":"array","description":"Some of these","minItems":1,"maxItems":3,"items":{"anyOf":[
            {"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}},
        "required":[]}}}
        """;
}
