from sqlalchemy import create_engine, text


def test_each_kind_of_database_is_there_and_empty(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (number TEXT PRIMARY KEY)"))
        connection.execute(text("INSERT INTO orders VALUES ('SO-1001')"))
        assert connection.execute(text("SELECT number FROM orders")).scalar_one() == "SO-1001"
    engine.dispose()
