namespace Backsoon.Tenants;

public sealed class ArticleTests
{
    [Theory]
    [InlineData("a property")]
    [InlineData("an apartment")]
    [InlineData("an owner")]
    [InlineData("an Uncle")]
    [InlineData("a unit")]
    [InlineData("a user")]
    [InlineData("a house")]
    [InlineData("an hour")]
    [InlineData("a one-room flat")]
    [InlineData("a European matter")]
    [InlineData("a ")]
    public void The_article_is_the_one_that_is_spoken(string said) => Assert.Equal(said, Article.With(said.Split(' ', 2)[1]));
}
