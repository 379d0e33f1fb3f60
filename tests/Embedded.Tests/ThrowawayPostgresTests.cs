namespace Backsoon.Embedded;

public sealed class ThrowawayPostgresTests
{
    [Fact]
    public async Task A_copy_of_a_database_has_what_the_template_had()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway();
        var template = await postgres.CreateDatabase("template");
        await DataFolderOfTest.Ask(template, "create table planted (word text); insert into planted values ('copied')");
        var copy = await postgres.CreateDatabase("copy", template: "template");
        Assert.Equal("copied", await DataFolderOfTest.Ask(copy, "select word from planted"));
    }
}
